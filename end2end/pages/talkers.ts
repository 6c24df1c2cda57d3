// People who talk without pause: guests on plain sockets who say a text a frame and read nothing. They answer no ping, so they
// stay for half a minute. Never an assertion.
import type { Socket } from "node:net";
import { request } from "@playwright/test";
import { connects, frame } from "./crowd";

export class Talkers {
  /** How many texts; which comes first is the server's affair. */
  said = 0;

  private constructor(private readonly sockets: Socket[]) {}

  static async enter(url: string, group: string, people: number): Promise<Talkers> {
    const door = await request.newContext({ baseURL: url });
    const enters = async () => {
      const socket = await connects(new URL(`/group/${group}/`, url), (await (await door.post("/api/guests")).json()).token);
      return socket.resume();
    };
    const sockets = await Promise.all(Array.from({ length: people }, enters));
    await door.dispose();
    return new Talkers(sockets);
  }

  /** Says so many texts at once. */
  burst(count: number): void {
    for (let n = 0; n < count; n++) this.next();
  }

  /** Says so many texts a second for so long, evenly. */
  async talks(perSecond: number, forMs: number): Promise<void> {
    const [from, before] = [performance.now(), this.said];
    return new Promise((resolve) => {
      const timer = setInterval(() => {
        const gone = Math.min(performance.now() - from, forMs);
        while (this.said - before < (gone / 1000) * perSecond) this.next();
        if (gone < forMs) return;
        clearInterval(timer);
        resolve();
      }, 5);
    });
  }

  leave(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Every third is long, every fifth has marks. */
  private next(): void {
    const n = this.said++;
    const words = n % 5 === 0 ? `**水开了** \`${n}\` 茶也好了` : n % 3 === 0 ? "水开了，茶也好了，请坐。".repeat(3) : "水开了";
    this.sockets[n % this.sockets.length]!.write(frame(`${words} #${n}`));
  }
}
