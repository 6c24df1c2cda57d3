// A server that goes away under an open page, and comes back.
import { Chat } from "../pages/chat";
import { Server } from "../pages/server";
import { CUT, expect, test } from "../pages/test";

test.use({ allowed: [CUT] });

test("a restarted server is found again and what was typed meanwhile is kept", async ({ page }) => {
  const server = await Server.start();
  try {
    const room = await (await new Chat(page).open(`${server.url}/chatone`)).connected();
    await server.down();
    await expect(room.state).toContainText("连接失败");
    await room.says("还在写");
    await expect(room.notice).toHaveText("还没有连上，内容已为你保留。");
    await server.up();
    await room.connected();
    await expect(room.text).toHaveValue("还在写");
    await room.text.press("Enter");
    // However often it failed meanwhile, that is one line.
    await expect(room.lines).toHaveText(["[连接成功!]", "[连接断开!]", "[连接失败!]", "[连接成功!]", "服务端主动推送消息还在写"]);
  } finally {
    await server.remove();
  }
});

test("a group says the same, and what was said meanwhile is sent by itself", async ({ page }) => {
  const server = await Server.start();
  try {
    const group = await (await new Chat(page).open(`${server.url}/chatgroup?groupID=1`)).connected();
    await server.down();
    await expect(group.words).toHaveText(["[连接成功!]", "[连接断开!]", "[连接失败!]"]);
    await group.says("还在说");
    await expect(group.log.locator(".pending")).toContainText("等待连接");
    await server.up();
    await expect(group.words).toHaveText(["[连接成功!]", "[连接断开!]", "[连接失败!]", "[连接成功!]", "还在说"]);
    await expect(group.log.locator(".pending")).toHaveCount(0);
  } finally {
    await server.remove();
  }
});

test("a browser that is online again does not wait for the countdown", async ({ page }) => {
  const server = await Server.start();
  try {
    // The longest back-off, so that only the event can explain a quick return.
    await page.addInitScript(() => { Math.random = () => 0.999999; });
    const room = await (await new Chat(page).open(`${server.url}/chatone`)).connected();
    await server.down();
    await expect(room.state).toHaveAttribute("data-state", "failed");
    await expect(room.state).toContainText(/[4-9]|\d\d/, { timeout: 30_000 });
    await server.up();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await room.connected();
  } finally {
    await server.remove();
  }
});

test("a network that came back gets a new socket, because the old one may be dead", async ({ page }) => {
  const server = await Server.start();
  try {
    const room = await (await new Chat(page).open(`${server.url}/chatone`)).connected();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await expect(room.lines).toHaveText(["[连接成功!]", "[连接断开!]", "[连接成功!]"]);
    await room.says("还在");
    await expect(room.lines.last()).toHaveText("服务端主动推送消息还在");
  } finally {
    await server.remove();
  }
});

test("a visitor can stop it from trying", async ({ page }) => {
  const server = await Server.start();
  try {
    const room = await (await new Chat(page).open(`${server.url}/chatone`)).connected();
    await server.down();
    await expect(room.state).toHaveAttribute("data-state", "failed");
    await room.toggle.click();
    await expect(room.lines.last()).toHaveText("[连接已断开啦!]");
    await expect(room.toggle).toHaveText("重新连接");
  } finally {
    await server.remove();
  }
});
