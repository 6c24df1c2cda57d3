// Large letters, long texts, and scripts that run the other way.
import type { Page } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test.describe("at 200 % on a desk", () => {
  // What is left of 1440 × 900.
  test.use({ viewport: { width: 720, height: 450 }, deviceScaleFactor: 2, allowed: [/status of 4\d\d/] });

  for (const address of ["/", "/chatone", "/chatgroup", "/nothing-here", "/signin", "/signup", "/groups", "/search?q=line", "/me"]) {
    test(`${address} is no wider than the window`, async ({ page }) => {
      await page.goto(address);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(720);
    });
  }

  test("one reads and writes in a group", async ({ page, server }) => {
    const bot = await Bot.join(server.url);
    await bot.fills("zoom", 30);
    await bot.leave();
    const chat = await (await Chat.group(page, "zoom")).connected();
    await chat.says("Longjing".repeat(60));
    await expect(chat.line("Longjing")).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(720);
    await expect(chat.text).toBeInViewport({ ratio: 1 });
    await expect(chat.send).toBeInViewport({ ratio: 1 });
    const room = await chat.log.evaluate((log) => log.getBoundingClientRect().height);
    expect(room).toBeGreaterThan(96);
    await chat.menu("Longjing");
    // In one look: rows at the far edge come and go.
    const unseen = (buttons: Element[]) => buttons.filter((button) => !button.checkVisibility({ visibilityProperty: true })).length;
    expect(await chat.log.getByRole("button").count()).toBeGreaterThan(0);
    expect(await chat.log.getByRole("button").evaluateAll(unseen)).toBe(0);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(720);
  });
});

test("what is written from right to left runs so, beside what does not", async ({ page }) => {
  const chat = await (await Chat.group(page, "rtl")).connected();
  await chat.text.fill("שלום, ten o'clock?\n\nA line as long as it takes to leave room beside the other, شاي?");
  await chat.text.press("Enter");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  // Where the end of a line stands, seen from its beginning.
  const ends = await chat.line("שלום").locator(".line-text p").evaluateAll((lines) =>
    lines.map((line) => {
      const text = line.firstChild as Text;
      const at = (place: number) => {
        const range = document.createRange();
        range.setStart(text, place);
        range.setEnd(text, place + 1);
        return range.getBoundingClientRect();
      };
      const room = line.getBoundingClientRect();
      const [first, last] = [at(0), at(text.length - 1)];
      const begins = room.right - first.right < first.left - room.left ? "right" : "left";
      return `${begins}, ${last.left < first.left ? "left" : "right"}`;
    }),
  );
  expect(ends).toEqual(["right, left", "left, right"]);
});

test("ten thousand characters are said, read whole on a phone, and edited", async ({ page, visitor }) => {
  const words = "水开了，今天喝什么？".repeat(1_000);
  const chat = await (await Chat.group(page, "novel")).connected();
  await chat.says(words);
  const said = (where: Page) => where.locator(".line-text").textContent();
  // Bare booleans: on a failure nobody wants to read it all.
  await expect.poll(async () => (await said(page)) === words).toBe(true);
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  const other = await (await visitor({ viewport: { width: 360, height: 740 } })).newPage();
  await (await Chat.group(other, "novel")).connected();
  expect((await said(other)) === words).toBe(true);
  expect(await other.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await chat.text.press("ArrowUp");
  expect((await chat.text.inputValue()) === words).toBe(true);
  await expect(chat.send).toBeInViewport({ ratio: 1 });
  await chat.text.fill(`${words}。`);
  await chat.text.press("Enter");
  await expect.poll(async () => (await said(other)) === `${words}。`).toBe(true);
});

test("up to three emoji are big, and more are words", async ({ page }) => {
  const chat = await (await Chat.group(page, "only-emoji")).connected();
  for (const words of ["🍵", "👩🏽‍🚀❤️🇨🇳", "🍵🍵🍵🍵", "🍵 吗"]) {
    await chat.says(words);
    await expect(chat.words.last()).toHaveText(words);
  }
  await expect(chat.log.locator(".line-emoji")).toHaveText(["🍵", "👩🏽‍🚀❤️🇨🇳"]);
});
