// Enter, Shift+Enter, and Enter that belongs to an input method.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("Shift+Enter breaks the line, Enter sends", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await room.text.pressSequentially("一");
  await room.text.press("Shift+Enter");
  await room.text.pressSequentially("二");
  await room.text.press("Enter");
  await expect(room.lines.last().locator(".line-text")).toHaveJSProperty("textContent", "一\n二");
});

test("Enter that ends a composition neither sends nor breaks the line", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  const browser = await page.context().newCDPSession(page);
  await room.text.focus();
  // What Chromium does while an input method composes "ni hao".
  await browser.send("Input.imeSetComposition", { text: "ni hao", selectionStart: 6, selectionEnd: 6 });
  const sent = await room.text.evaluate((box) => {
    const enter = new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true });
    return !box.dispatchEvent(enter);
  });
  expect(sent).toBe(false);
  await browser.send("Input.insertText", { text: "你好" });
  await expect(room.text).toHaveValue("你好");
  await expect(room.lines).toHaveCount(1);
  await room.text.press("Enter");
  await expect(room.lines.last()).toHaveText("服务端主动推送消息你好");
});

test("Safari's Enter after a composition, key code 229, does not send either", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await room.text.fill("你好");
  await room.text.evaluate((box) => {
    const enter = new KeyboardEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true });
    box.dispatchEvent(enter);
  });
  await expect(room.text).toHaveValue("你好");
  await expect(room.lines).toHaveCount(1);
});

test("the page can be used without a mouse", async ({ page }) => {
  await page.goto("/chatone");
  await (new Chat(page)).connected();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "跳到正文" })).toBeFocused();
  await page.keyboard.press("Enter");
  const stops: string[] = [];
  for (let stop = 0; stop < 4; stop++) {
    await page.keyboard.press("Tab");
    stops.push(await page.evaluate(() => document.activeElement?.getAttribute("role") ?? document.activeElement?.id + "|" + document.activeElement?.textContent));
  }
  expect(stops).toEqual(["|关闭连接", "log", "text|", "|点击发送"]);
});
