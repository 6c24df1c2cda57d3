// People who are in a group and say nothing: guests whose live sockets are open. No browsers: twenty of those are slow. They
// answer no ping, so they stay for half a minute. Never an assertion.
import { randomBytes } from "node:crypto";
import { request as upgrade } from "node:http";
import type { Socket } from "node:net";
import { request } from "@playwright/test";

export class Crowd {
  private constructor(private readonly sockets: Socket[]) {}

  static async enter(url: string, group: string, people: number): Promise<Crowd> {
    const door = await request.newContext({ baseURL: url });
    const enters = async () => enter(url, group, (await (await door.post("/api/guests")).json()).token);
    const sockets = await Promise.all(Array.from({ length: people }, enters));
    await door.dispose();
    return new Crowd(sockets);
  }

  leave(): void {
    for (const socket of this.sockets) socket.destroy();
  }
}

async function enter(url: string, group: string, token: string): Promise<Socket> {
  const socket = await connects(new URL("/live", url), token, { "sec-websocket-protocol": "teahouse.v1" });
  socket.write(frame(JSON.stringify({ type: "hello", client: "crowd", groups: [{ group }], focus: group })));
  socket.resume();
  return socket;
}

/** A socket of whoever has the token, after the upgrade. */
export function connects(address: URL, token: string, more: Record<string, string> = {}): Promise<Socket> {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
    authorization: `Bearer ${token}`,
    ...more,
  };
  return new Promise((resolve, reject) => {
    const asked = upgrade(address, { headers });
    asked.once("upgrade", (_, socket: Socket) => resolve(socket));
    asked.once("response", (response) => reject(new Error(`no socket: ${response.statusCode}`)));
    asked.once("error", reject);
    asked.end();
  });
}

/** A text as a client's frame: masked, by zeros. */
export function frame(text: string): Buffer {
  const words = Buffer.from(text);
  if (words.length > 125) throw new Error("longer than a short frame holds");
  return Buffer.concat([Buffer.from([0x81, 0x80 | words.length, 0, 0, 0, 0]), words]);
}
