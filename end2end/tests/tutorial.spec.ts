// The tutorial's own kind of page, on another origin, with plain JavaScript: it chats with the app's page.
import { Chat } from "../pages/chat";
import { freePort, Server } from "../pages/server";
import { foreignSite } from "../pages/site";
import { CUT, expect, test } from "../pages/test";

test("opened from an origin that is allowed, it chats with the app's page in the same group", async ({ page, visitor }) => {
  const own = await freePort();
  const server = await Server.start(["--allow-origin", `http://127.0.0.1:${own}`]);
  const site = await foreignSite(own, server.port);
  try {
    await page.goto(`http://127.0.0.1:${own}/?num=42`);
    await expect(page.locator("#room div")).toHaveText(["[连接成功!]"]);
    await expect(page.locator("#group div")).toHaveText(["[连接成功!]"]);
    const app = await (await new Chat(await (await visitor()).newPage()).open(`${server.url}/chatgroup?groupID=42`)).connected();

    await page.locator("#group-text").fill("来自教程");
    await page.locator("#group-send").click();
    await expect(app.words.last()).toHaveText("来自教程");
    await app.says("来自茶馆");
    await expect(page.locator("#group div")).toHaveText([
      "[连接成功!]",
      "组内主动推送消息:来自教程",
      "组内主动推送消息:来自茶馆",
    ]);

    await page.locator("#room-text").fill("exit");
    await page.locator("#room-send").click();
    await expect(page.locator("#room div").last()).toHaveText("[连接断开!]");
  } finally {
    site.close();
    await server.remove();
  }
});

test.describe(() => {
  test.use({ allowed: [CUT] });

  test("opened from any other origin, it is refused", async ({ page }) => {
    const [own, server] = await Promise.all([freePort(), Server.start()]);
    const site = await foreignSite(own, server.port);
    try {
      await page.goto(`http://127.0.0.1:${own}/`);
      await expect(page.locator("#group div").first()).toHaveText("[连接失败!]");
      await expect(page.locator("#room div").first()).toHaveText("[连接失败!]");
    } finally {
      site.close();
      await server.remove();
    }
  });
});
