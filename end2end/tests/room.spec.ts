// One visitor and the server, alone.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("what I say comes back with the server's prefix", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await expect(room.lines.first()).toHaveText("[连接成功!]");
  await expect(room.text).toHaveAttribute("placeholder", "输入聊天内容");
  await room.text.fill("你好");
  await room.send.click();
  await expect(room.lines.last()).toHaveText("服务端主动推送消息你好");
  await expect(room.text).toHaveValue("");
  await expect(room.text).toBeFocused();
});

test("exit ends the room and the page does not come back by itself", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await room.says("exit");
  // A browser waits until the server hangs up; that is at once.
  await expect(room.lines.last()).toHaveText("[连接断开!]", { timeout: 1_500 });
  await expect(room.toggle).toHaveText("重新连接");
  await expect(room.state).toHaveAttribute("data-state", "closed");
  await room.toggle.click();
  await expect(room.lines.last()).toHaveText("[连接成功!]");
});

test("closing and reconnecting are the visitor's", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await room.toggle.click();
  await expect(room.lines.last()).toHaveText("[连接已断开啦!]");
  await expect(room.state).toContainText("连接已断开");
  await room.says("还在吗");
  await expect(room.notice).toHaveText("还没有连上，内容已为你保留。");
  await expect(room.text).toHaveValue("还在吗");
  await room.toggle.click();
  await room.connected();
  await room.text.press("Enter");
  await expect(room.lines.last()).toHaveText("服务端主动推送消息还在吗");
});

test("nothing typed is nothing said", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await room.text.press("Enter");
  await room.send.click();
  await room.says("then this");
  await expect(room.lines).toHaveText(["[连接成功!]", "服务端主动推送消息then this"]);
});

test("a message is shown as text, markup and line breaks included", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await room.says("<img src=x onerror=alert(1)>\n第二行");
  await expect(room.lines.last().locator(".line-text")).toHaveJSProperty("textContent", "<img src=x onerror=alert(1)>\n第二行");
  await expect(room.log.locator("img")).toHaveCount(0);
});

test("a message over the limit stays in the box", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  const long = "x".repeat(1024 * 1024 + 1);
  await room.text.evaluate((box, text) => ((box as HTMLTextAreaElement).value = text), long);
  await room.send.click();
  await expect(room.notice).toHaveText("内容太长，一条消息最多 1 MiB。");
  expect(await room.text.inputValue()).toHaveLength(long.length);
  await expect(room.state).toHaveAttribute("data-state", "open");
});
