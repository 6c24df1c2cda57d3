// The sheet of keyboard shortcuts: how it opens and closes, and that it says what is true.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("? shows the keys and takes them away again, and the focus comes back", async ({ page }) => {
  const chat = await (await Chat.group(page, "sheet")).connected();
  await chat.log.focus();
  await page.keyboard.press("?");
  const sheet = page.getByRole("dialog", { name: "键盘快捷键" });
  await expect(sheet).toBeVisible();
  await expect(sheet).toContainText("回复这条消息");
  await expect(page.getByRole("dialog")).toHaveCount(1);
  await page.keyboard.press("Control+k");
  await expect(sheet).toBeHidden();
  await expect(page.locator("dialog[open]")).toHaveCount(1);
  await page.keyboard.press("Escape");
  await expect(page.locator("dialog[open]")).toHaveCount(0);
  await expect(chat.log).toBeFocused();
  await page.keyboard.press("?");
  await expect(sheet).toBeVisible();
  await page.keyboard.press("?");
  await expect(sheet).toBeHidden();
  await expect(chat.log).toBeFocused();
});

test("who types a question mark has typed a question mark", async ({ page }) => {
  const chat = await (await Chat.group(page, "questions")).connected();
  await chat.text.pressSequentially("吗?");
  await expect(chat.text).toHaveValue("吗?");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("a button opens it, in the page's language, and what is beside it closes it", async ({ page }) => {
  await (await Chat.group(page, "sheet-button")).connected();
  const open = page.getByRole("button", { name: "快捷键" });
  await open.click();
  await expect(page.getByRole("dialog", { name: "键盘快捷键" })).toBeVisible();
  await page.getByRole("button", { name: "关闭", exact: true }).click();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await expect(open).toBeFocused();
  await page.getByRole("link", { name: "English" }).click();
  await page.getByRole("button", { name: "Shortcuts" }).click();
  const sheet = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(sheet).toContainText("Answer this message");
  await page.mouse.click(5, 5);
  await expect(sheet).toBeHidden();
});

for (const [platform, key] of [["MacIntel", "⌘"], ["Linux x86_64", "Ctrl"]] as const) {
  test(`on ${platform} it is ${key} K`, async ({ page }) => {
    await page.addInitScript((platform) => Object.defineProperty(Navigator.prototype, "platform", { get: () => platform }), platform);
    await (await Chat.group(page, "sheet-apple")).connected();
    const shown = (kbd: string) => page.locator(kbd).evaluate((key) => getComputedStyle(key, "::before").content);
    expect(await shown(".groups-switch kbd")).toBe(`"${key}"`);
    await page.keyboard.press("?");
    expect(await shown("dialog[open] .key-mod")).toBe(`"${key}"`);
  });
}

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("there is no sheet, and nothing that would open it", async ({ page }) => {
    await page.goto("/chatgroup?groupID=sheet");
    await expect(page.getByRole("button", { name: "快捷键" })).toBeHidden();
    await expect(page.getByRole("dialog")).toHaveCount(0);
  });
});
