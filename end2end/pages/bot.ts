// Someone who speaks through the HTTP API: a guest with a token. Never a browser.
import { type APIRequestContext, request } from "@playwright/test";

export class Bot {
  private constructor(
    private readonly api: APIRequestContext,
    readonly name: string,
  ) {}

  static async join(url: string): Promise<Bot> {
    const door = await request.newContext({ baseURL: url });
    const guest = await (await door.post("/api/guests")).json();
    await door.dispose();
    const headers = { authorization: `Bearer ${guest.token}` };
    return new Bot(await request.newContext({ baseURL: url, extraHTTPHeaders: headers }), guest.person.name);
  }

  async says(group: string, body: string, reply_to?: string): Promise<{ seq: number; change: { message: string } }> {
    const response = await this.api.post(`/api/groups/${encodeURIComponent(group)}/messages`, { data: { body, reply_to } });
    if (!response.ok()) throw new Error(`${response.status()}: ${await response.text()}`);
    return response.json();
  }

  /** `line 0`, `line 1`, …, many at a time. */
  async fills(group: string, count: number, from = 0): Promise<void> {
    for (let n = from; n < from + count; n++) await this.says(group, `line ${n}`);
  }

  async leave(): Promise<void> {
    await this.api.dispose();
  }
}
