// A backup is restored under an open page: the page goes over to what the backup holds, and shows nothing else.
import { Bot } from "../pages/bot";
import { Chat, hydrated } from "../pages/chat";
import { Server } from "../pages/server";
import { CUT, expect, test } from "../pages/test";

test.use({ allowed: [CUT], viewport: { width: 900, height: 1600 } });

test("a page that stays open shows the restored timeline, and says what waited there", async ({ page }) => {
  const server = await Server.start();
  try {
    const bot = await Bot.join(server.url);
    const chat = await (await new Chat(page).open(`${server.url}/chatgroup?groupID=restored`)).connected();
    await chat.says("mine, kept");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    for (let n = 0; n < 5; n++) await bot.says("restored", `kept ${n}`);
    await expect(chat.line("kept 4")).toBeVisible();
    server.errand("backup", "backup.db");
    for (let n = 0; n < 8; n++) await bot.says("restored", `LOST ${n}`);
    await chat.act("mine, kept", "编辑");
    await chat.text.fill("mine, LOST");
    await chat.text.press("Enter");
    await expect(chat.line("mine, LOST")).toContainText("已编辑");
    await expect(chat.line("LOST 7")).toBeVisible();

    await server.down();
    await expect(chat.state).toHaveAttribute("data-state", /lost|failed/);
    await chat.says("said meanwhile");
    server.errand("restore", "backup.db", "--overwrite");
    await server.up();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));

    const restored = ["mine, kept", "kept 0", "kept 1", "kept 2", "kept 3", "kept 4", "said meanwhile"];
    await expect(chat.log.locator(".line-text")).toHaveText(restored);
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await expect(chat.log).not.toContainText("LOST");
    await expect(chat.log).not.toContainText("已编辑");
    await bot.says("restored", "goes on");
    await expect(chat.log.locator(".line-text")).toHaveText([...restored, "goes on"]);
    await page.reload();
    await hydrated(page);
    await expect(chat.log.locator(".line-text")).toHaveText([...restored, "goes on"]);
    await bot.leave();
  } finally {
    await server.remove();
  }
});

test("a page far up in a long history loses what the backup does not have", async ({ page }) => {
  test.setTimeout(120_000);
  const server = await Server.start();
  try {
    const bots = await Promise.all(Array.from({ length: 8 }, () => Bot.join(server.url)));
    await Promise.all(bots.map((bot) => bot.fills("far", 25)));
    server.errand("backup", "backup.db");
    await Promise.all(bots.map((bot, n) => bot.fills("far", 25, 1_000 + n * 25)));
    const chat = await (await new Chat(page).open(`${server.url}/chatgroup?groupID=far`)).connected();
    const read = await chat.readsBack(1);
    expect(read.numbers.length).toBe(400);

    await server.down();
    await expect(chat.state).toHaveAttribute("data-state", /lost|failed/);
    server.errand("restore", "backup.db", "--overwrite");
    await server.up();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await chat.connected();
    await expect(chat.log.locator("[data-seq='200']").first()).toBeVisible();
    await expect(chat.log).not.toContainText(/line 1\d\d\d/);
    const again = await chat.readsBack(1);
    expect(again.numbers).toEqual(Array.from({ length: 200 }, (_, at) => 200 - at));
    for (const bot of bots) await bot.leave();
  } finally {
    await server.remove();
  }
});
