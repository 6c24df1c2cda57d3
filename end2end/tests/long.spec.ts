// Ten thousand messages in one group: all of it can be read back, without a jump, and the page stays small.
import type { CDPSession, Page } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

const MESSAGES = 10_000;
const BOTS = 40;
/** What the page may hold: its JavaScript and, where the app's own memory is, its WebAssembly. */
const BUDGET_BYTES = 60 * 1024 * 1024;

/** Bytes that the page holds once what is garbage is gone. */
async function held(page: Page, devtools: CDPSession): Promise<number> {
  await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  const wasm = await page.evaluate(() => (globalThis as unknown as { memories: WebAssembly.Memory[] }).memories
    .reduce((bytes, memory) => bytes + memory.buffer.byteLength, 0));
  expect(wasm).toBeGreaterThan(0);
  return usedSize + wasm;
}

/** Keeps hold of the memory of every module that the page starts. */
function keepMemories(): void {
  const memories: WebAssembly.Memory[] = ((globalThis as unknown as { memories: WebAssembly.Memory[] }).memories = []);
  const keep = <T>(started: T): T => {
    const { instance = started } = started as { instance?: unknown };
    for (const part of Object.values((instance as WebAssembly.Instance).exports)) {
      if (part instanceof WebAssembly.Memory) memories.push(part);
    }
    return started;
  };
  for (const name of ["instantiate", "instantiateStreaming"] as const) {
    const start = WebAssembly[name] as (...given: unknown[]) => Promise<unknown>;
    Object.assign(WebAssembly, { [name]: async (...given: unknown[]) => keep(await start.apply(WebAssembly, given)) });
  }
}

test("ten thousand messages are read back to the first without a jump, in a page that stays small", async ({ page, server }, info) => {
  test.setTimeout(600_000);
  const bots = await Promise.all(Array.from({ length: BOTS }, () => Bot.join(server.url)));
  const each = MESSAGES / BOTS;
  await Promise.all(bots.map((bot, n) => bot.fills("ten-thousand", each, n * each)));
  await page.addInitScript(keepMemories);
  const chat = await (await Chat.group(page, "ten-thousand")).connected();
  const devtools = await page.context().newCDPSession(page);
  const begin = await held(page, devtools);

  const read = await chat.readsBack(1);
  expect(read.jumps).toEqual([]);
  expect(read.numbers.length).toBe(MESSAGES);
  expect(read.numbers.every((number, at) => number === MESSAGES - at)).toBe(true);
  expect(read.mostRows).toBeLessThanOrEqual(400);
  const end = await held(page, devtools);
  const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  const description = `${mebibytes(begin)} at first, ${mebibytes(end)} once all was read; at most ${read.mostRows} rows`;
  info.annotations.push({ type: "held", description });
  expect(end).toBeLessThan(BUDGET_BYTES);

  await chat.jump.click();
  await expect(chat.lines.last()).toBeInViewport();
  expect(await held(page, devtools)).toBeLessThan(BUDGET_BYTES);
  for (const bot of bots) await bot.leave();
});
