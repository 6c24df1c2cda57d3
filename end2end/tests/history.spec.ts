// What was said is in the page, with and without JavaScript, and pages back without a jump.
import { Bot } from "../pages/bot";
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("the page's HTML holds the newest fifty messages with author and time", async ({ server, request }) => {
  const bot = await Bot.join(server.url);
  await bot.fills("html", 60);
  const html = await (await request.get("/chatgroup?groupID=html")).text();
  const said = [...html.matchAll(/class="line-text"[^>]*><p>(line \d+)</g)].map((match) => match[1]);
  expect(said).toEqual(Array.from({ length: 50 }, (_, n) => `line ${n + 10}`));
  expect(html).toContain(bot.name);
  expect(html).toMatch(/<time[^>]* datetime="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/);
  expect(html).toContain("还有 10 条消息");
  await bot.leave();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("one reads, speaks and pages back", async ({ page, server }) => {
    const bot = await Bot.join(server.url);
    await bot.fills("paper", 60);
    await page.goto("/chatgroup?groupID=paper");
    await expect(page.getByText("line 59", { exact: true })).toBeInViewport();
    await page.getByRole("textbox").fill("写在纸上\n第二行");
    await page.getByRole("button", { name: "点击发送" }).click();
    await expect(page).toHaveURL(/groupID=paper#composer$/);
    await expect(page.locator(".line-text").last()).toHaveJSProperty("innerText", "写在纸上\n第二行");
    await expect(page.locator(".line-text")).toHaveCount(50);
    await expect(page.getByText("line 9", { exact: true })).toHaveCount(0);
    await page.getByRole("link", { name: "还有 11 条消息" }).click();
    await expect(page.getByText("line 9", { exact: true })).toBeVisible();
    await expect(page.getByText("line 0", { exact: true })).toBeVisible();
    await bot.leave();
  });
});

test("a page that was opened long ago by address goes on to the present", async ({ page, server }) => {
  const bot = await Bot.join(server.url);
  await bot.fills("ago", 120);
  const chat = await (await new Chat(page).open("/chatgroup?groupID=ago&before=30")).connected();
  await expect(chat.line("line 119")).toBeInViewport();
  await bot.leave();
});

test("a day divider and the line above what is new", async ({ page, server }) => {
  const bot = await Bot.join(server.url);
  await bot.says("marks", "早");
  const chat = await (await Chat.group(page, "marks")).connected();
  await expect(chat.log.locator(".mark-day")).toHaveText(/^\d{4}年\d{1,2}月\d{1,2}日$/);
  await expect(chat.log.locator(".mark-unread")).toHaveCount(0);
  // It counts as read once the server was told.
  const mark = async () => page.evaluate(async () => (await (await fetch("/chatgroup?groupID=marks")).text()).match(/\\?"read\\?":(\d+)/)?.[1]);
  await expect.poll(mark).not.toBe("0");
  await page.goto("/");
  await bot.says("marks", "你不在的时候");
  await page.goto("/chatgroup?groupID=marks");
  const entries = chat.log.locator("li");
  await expect(chat.log.locator(".mark-unread")).toHaveText("以下是新消息");
  const texts = await entries.allTextContents();
  const line = texts.findIndex((text) => text.includes("以下是新消息"));
  expect(texts[line - 1]).toContain("早");
  expect(texts[line + 1]).toContain("你不在的时候");
  await bot.leave();
});
