// What one can do with a message, and that the others see it.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("edit, delete and react are seen by the other", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "changes")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "changes")).connected();
  await ann.says("水开乐");
  await ann.says("说错了");
  await expect(bo.line("说错了")).toBeVisible();

  await ann.act("水开乐", "编辑");
  await expect(ann.text).toHaveValue("水开乐");
  await ann.text.fill("水开了");
  await ann.text.press("Enter");
  await expect(bo.line("水开了")).toContainText("已编辑");
  await expect(ann.text).toHaveValue("");

  await ann.act("说错了", "删除");
  await ann.log.getByRole("button", { name: "确定删除？" }).click();
  await expect(bo.lines.last()).toContainText("这条消息已删除");
  await expect(bo.line("说错了")).toHaveCount(0);

  await bo.act("水开了", "回应 🍵");
  const chip = ann.line("水开了").getByRole("button", { name: "🍵 1" });
  await expect(chip).toHaveAttribute("aria-pressed", "false");
  await chip.click();
  await expect(bo.line("水开了").getByRole("button", { name: "🍵 2" })).toHaveAttribute("aria-pressed", "true");
  const both = ann.line("水开了").getByRole("button", { name: "🍵 2" });
  await expect(both).toBeFocused();
  await both.click();
  await expect(bo.line("水开了").getByRole("button", { name: "🍵 1" })).toBeVisible();
});

test("someone else's message can be answered and not changed", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "answers")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "answers")).connected();
  await ann.says("喝什么？");
  await bo.menu("喝什么？");
  await expect(bo.log.getByRole("button", { name: "编辑" })).toHaveCount(0);
  await bo.log.getByRole("button", { name: "回复", exact: true }).click();
  await expect(bo.page.getByText(/^回复 .+的.+/)).toBeVisible();
  await bo.says("龙井");
  await expect(ann.line("龙井").locator("blockquote")).toContainText("喝什么？");
});

test("the menu opens, closes and acts by keyboard", async ({ page }) => {
  const chat = await (await Chat.group(page, "keys")).connected();
  await chat.says("用键盘");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await chat.log.focus();
  await page.keyboard.press("ArrowUp");
  await expect(chat.line("用键盘").getByRole("button", { name: /更多操作/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(chat.log.getByRole("button", { name: "回应 👍" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(chat.line("用键盘").getByRole("button", { name: /更多操作/ })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(chat.log.getByRole("button", { name: "回应 👍" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(chat.line("用键盘").getByRole("button", { name: "👍 1" })).toHaveAttribute("aria-pressed", "true");
});

test("who writes and who is here is seen", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "alive")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "alive")).connected();
  await expect(ann.page.getByText("2 人在线")).toBeVisible();
  await bo.text.pressSequentially("想");
  await expect(ann.page.getByText(/^.+的.+ 正在输入…$/)).toBeVisible();
  await bo.text.press("Enter");
  await expect(ann.line("想")).toBeVisible();
  await expect(ann.page.getByText("正在输入")).toHaveCount(0);
  await bo.page.close();
  await expect(ann.page.getByText("1 人在线")).toBeVisible();
});

test("new messages wait below while one reads above", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor({ viewport: { width: 700, height: 420 } })).newPage(), "above")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "above")).connected();
  for (let n = 0; n < 12; n++) await bo.says(`line ${n}.`);
  await expect(ann.line("line 11.")).toBeInViewport();
  await ann.log.evaluate((log) => log.scrollTo({ top: -log.scrollHeight }));
  await expect(ann.line("line 0.")).toBeInViewport();
  await bo.says("below");
  await expect(ann.jump).toContainText("1 条新消息");
  await expect(ann.line("line 0.")).toBeInViewport();
  await ann.jump.click();
  await expect(ann.line("below")).toBeInViewport();
  await expect(ann.jump).toBeHidden();
  await ann.log.evaluate((log) => log.scrollTo({ top: -log.scrollHeight }));
  await expect(ann.jump).toBeVisible();
  await ann.says("who speaks looks at the end");
  await expect(ann.line("who speaks looks at the end")).toBeInViewport();
});

test("Enter that an input method uses does not send", async ({ page }) => {
  const chat = await (await Chat.group(page, "ime")).connected();
  const browser = await page.context().newCDPSession(page);
  await chat.text.focus();
  await browser.send("Input.imeSetComposition", { text: "ni hao", selectionStart: 6, selectionEnd: 6 });
  await chat.text.evaluate((box) =>
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })),
  );
  await browser.send("Input.insertText", { text: "你好" });
  await expect(chat.text).toHaveValue("你好");
  await expect(chat.log.locator(".message")).toHaveCount(0);
  await chat.text.press("Enter");
  await expect(chat.words.last()).toHaveText("你好");
});

test("marks are drawn, a long line of code scrolls in its block, and a few emoji are big", async ({ page }) => {
  const chat = await (await Chat.group(page, "marks")).connected();
  await chat.text.fill("这是**重点**，见https://example.com/茶。\n```rust\nlet tea = \"" + "龙井".repeat(200) + "\";\n```");
  await chat.send.click();
  const said = chat.line("重点");
  await expect(said.locator("strong")).toHaveText("重点");
  await expect(said.locator("a")).toHaveAttribute("href", "https://example.com/");
  await expect(said.locator(".t-k")).toHaveText("let");
  const wider = (locator: typeof said) => locator.evaluate((box) => box.scrollWidth > box.clientWidth);
  expect(await wider(said.locator("pre"))).toBe(true);
  expect(await wider(page.locator("html"))).toBe(false);
  await chat.says("🍵🍵");
  await expect(chat.log.locator(".line-emoji")).toHaveText("🍵🍵");
});
