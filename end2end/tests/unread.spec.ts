// What was said while one was away: a button at the top leads to where it begins, however far up that is.
import type { BrowserContextOptions } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

const tag = () => Math.random().toString(36).slice(2, 8);
const WORDS = { "zh-CN": (n: number) => `${n} 条新消息`, "en-GB": (n: number) => `${n} new` } as const;

const SCREENS: Record<string, BrowserContextOptions> = {
  "at a desk": { viewport: { width: 1280, height: 800 } },
  "on a phone": { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

/** Has read all of a group but so many messages, and comes back to it. */
async function away(chat: Chat, bot: Bot, group: string, count: number): Promise<void> {
  await bot.fills(group, 3);
  await (await chat.open(`/chatgroup?groupID=${group}`)).connected();
  const unread = async () =>
    chat.page.evaluate(async () => JSON.stringify((await (await fetch("/api/groups")).json()).groups.map((one: { unread: number }) => one.unread)));
  await expect.poll(unread).toBe("[0]");
  await chat.page.goto("about:blank");
  await bot.fills(group, count, 100);
  await (await chat.open(`/chatgroup?groupID=${group}`)).connected();
}

for (const locale of Object.keys(WORDS) as (keyof typeof WORDS)[]) {
  for (const [screen, size] of Object.entries(SCREENS)) {
    test.describe(`${locale}, ${screen}`, () => {
      test.use({ ...size, locale });

      test("a button says how much is new and leads to the first of it, by keyboard too", async ({ page, server }) => {
        const bot = await Bot.join(server.url);
        const [chat, group] = [new Chat(page), `new${tag()}`];
        await away(chat, bot, group, 25);
        const up = page.getByRole("button", { name: WORDS[locale](25) });
        await expect(up).toBeInViewport({ ratio: 1 });
        await expect(chat.log.locator(".mark-unread")).not.toBeInViewport();
        const [button, frame] = [(await up.boundingBox())!, (await chat.log.boundingBox())!];
        expect(button.y).toBeGreaterThanOrEqual(frame.y);
        expect(button.x + button.width).toBeLessThanOrEqual(frame.x + frame.width);
        await up.focus();
        await page.keyboard.press("Enter");
        await expect(chat.log.locator(".mark-unread")).toBeInViewport();
        await expect(chat.log.locator(".mark-unread")).toBeFocused();
        await expect(chat.line("line 100")).toBeInViewport();
        await expect(up).toBeHidden();
        await chat.jump.click();
        await expect(chat.line("line 124")).toBeInViewport();
        await expect(page.locator(".log-new")).toBeHidden();
        await bot.leave();
      });
    });
  }
}

test("what begins above the loaded pages is loaded", async ({ page, server }) => {
  const bot = await Bot.join(server.url);
  const [chat, group] = [new Chat(page), `far${tag()}`];
  await away(chat, bot, group, 130);
  await page.getByRole("button", { name: "130 条新消息" }).click();
  await expect(chat.line("line 100")).toBeInViewport();
  await expect(chat.line("line 2")).toBeVisible();
  await expect(chat.log.locator(".mark-unread")).toBeFocused();
  await bot.leave();
});

test("whoever scrolls up to it themselves needs the button no more, and who sees it at once never has it", async ({ page, server }) => {
  const bot = await Bot.join(server.url);
  const [chat, group, few] = [new Chat(page), `up${tag()}`, `few${tag()}`];
  await away(chat, bot, group, 25);
  await expect(page.locator(".log-new")).toBeVisible();
  await chat.log.hover();
  await expect(async () => {
    await page.mouse.wheel(0, -400);
    await expect(chat.log.locator(".mark-unread")).toBeInViewport({ timeout: 300 });
  }).toPass();
  await expect(page.locator(".log-new")).toBeHidden();
  await chat.jump.click();
  await expect(chat.line("line 124")).toBeInViewport();
  await expect(page.locator(".log-new")).toBeHidden();
  await bot.says(few, "一句");
  await (await chat.open(`/chatgroup?groupID=${few}`)).connected();
  await expect(chat.line("一句")).toBeInViewport();
  await expect(page.locator(".log-new")).toBeHidden();
  await bot.leave();
});
