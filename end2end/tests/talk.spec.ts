// Replies that lead somewhere, links to messages, completion, emoji, and the small things of the text box.
import { devices } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat } from "../pages/chat";
import { Server } from "../pages/server";
import { expect, test } from "../pages/test";

const { defaultBrowserType: _, ...phone } = devices["Pixel 7"];

for (const [name, options] of [
  ["desktop", {}],
  ["phone", { ...phone, locale: "zh-CN" }],
] as const) {
  test.describe(name, () => {
    test.use(options);

    test("a quote leads to what it quotes, and back", async ({ page, baseURL }) => {
      const group = `quotes-${name}`;
      const bot = await Bot.join(baseURL ?? "");
      const first = await bot.says(group, "第一句");
      await bot.fills(group, 30);
      await bot.says(group, "回答", first.change.message);
      await bot.leave();
      const chat = await (await Chat.group(page, group)).connected();
      await expect(chat.log.locator(".line-text", { hasText: "第一句" })).not.toBeInViewport();
      await chat.line("回答").locator(".quote a").click();
      const quoted = chat.log.locator("[aria-current]");
      await expect(quoted).toContainText("第一句");
      await expect(quoted).toBeInViewport();
      await expect(quoted).toBeFocused();
      await page.getByRole("button", { name: "回到刚才的位置" }).click();
      await expect(chat.log.locator("[aria-current]")).toContainText("回答");
      await expect(chat.line("回答").last()).toBeInViewport();
      await expect(page.getByRole("button", { name: "回到刚才的位置" })).toBeHidden();
    });

    test("a link leads to a message with what stands around it", async ({ page, baseURL }) => {
      const group = `links-${name}`;
      const bot = await Bot.join(baseURL ?? "");
      await bot.fills(group, 60);
      const middle = await bot.says(group, "正中");
      await bot.fills(group, 60, 60);
      await bot.leave();
      const chat = await new Chat(page).open(`/chatgroup?groupID=${group}&message=${middle.change.message}`);
      await chat.connected();
      await expect(chat.log.locator("[aria-current]")).toContainText("正中");
      await expect(chat.log.locator("[aria-current]")).toBeInViewport();
      await expect(chat.jump).toBeVisible();
      await chat.jump.click();
      await expect(chat.line("line 119")).toBeInViewport();
    });

    test("people complete after @ and are stored by who they are", async ({ page, visitor }) => {
      const group = `mention-${name}`;
      const bo = await (await Chat.group(await (await visitor()).newPage(), group)).connected();
      const author = `陈小明${name}`;
      await bo.page.request.post("/me/name", { form: { name: author } });
      await bo.open(`/chatgroup?groupID=${group}`);
      await bo.connected();
      await bo.says("我在");
      const chat = await (await Chat.group(page, group)).connected();
      await expect(chat.line("我在").locator(".message-author")).toHaveText(author);
      await chat.text.pressSequentially("@cxm");
      const list = page.getByRole("listbox", { name: "补全建议" });
      await expect(list.getByRole("option", { name: author })).toBeVisible();
      await chat.text.press("Escape");
      await expect(list).toBeHidden();
      await chat.text.fill("");
      await chat.text.pressSequentially(`@${author.slice(-3)}`);
      await expect(list.getByRole("option", { name: author })).toHaveAttribute("aria-selected", "true");
      await chat.text.press("Enter");
      await expect(chat.text).toHaveValue(`@${author} `);
      await chat.text.pressSequentially("好");
      await chat.text.press("Enter");
      await expect(chat.words.last()).toHaveText(`@${author} 好`);
      await expect(bo.log.locator(".mention").last()).toHaveText(`@${author}`);
    });

    test("emoji complete by name in both languages and are picked from a set", async ({ page }) => {
      const chat = await (await Chat.group(page, `emoji-${name}`)).connected();
      await chat.text.pressSequentially("喝:tea");
      const options = page.getByRole("option");
      await expect(options.first()).toContainText("🍵");
      await chat.text.press("Tab");
      await expect(chat.text).toHaveValue("喝🍵 ");
      await chat.text.pressSequentially(":庆祝");
      await expect(options.first()).toContainText("🎉");
      await chat.text.press("Enter");
      await page.getByRole("button", { name: "表情", exact: true }).click();
      await page.getByRole("dialog", { name: "表情" }).getByRole("button", { name: "👀" }).click();
      await expect(chat.text).toHaveValue("喝🍵 🎉 👀");
      await chat.text.press("Enter");
      await expect(chat.words.last()).toHaveText("喝🍵 🎉 👀");
    });

    test("any emoji of the set is a reaction", async ({ page }) => {
      const chat = await (await Chat.group(page, `react-${name}`)).connected();
      await chat.says("泡好了");
      await expect(chat.log.locator(".pending")).toHaveCount(0);
      await chat.act("泡好了", "更多表情");
      await page.getByRole("dialog", { name: "表情" }).getByRole("button", { name: "🫖" }).click();
      const chip = chat.line("泡好了").getByRole("button", { name: /^🫖 1 / });
      await expect(chip).toHaveAttribute("aria-pressed", "true");
      await expect(chip).toHaveAttribute("title", /的/);
    });

    test("a long paste offers a block of code", async ({ page, context }) => {
      const chat = await (await Chat.group(page, `paste-${name}`)).connected();
      const lines = Array.from({ length: 16 }, (_, n) => `line ${n}`).join("\n");
      await context.grantPermissions(["clipboard-read", "clipboard-write"]);
      const paste = async (text: string) => {
        await page.evaluate((text) => navigator.clipboard.writeText(text), text);
        await chat.text.press("Control+V");
      };
      await paste("两行\n而已");
      await expect(page.getByText(/^粘贴了/)).toBeHidden();
      await chat.text.fill("");
      await paste(lines);
      await expect(page.getByText("粘贴了 16 行")).toBeVisible();
      await page.getByRole("button", { name: "放进代码块" }).click();
      await expect(chat.text).toHaveValue(`\n\`\`\`\n${lines}\n\`\`\`\n`);
      await expect(page.getByText(/^粘贴了/)).toBeHidden();
    });
  });
}

test("R answers the message that has the focus, and Escape takes it back", async ({ page }) => {
  const chat = await (await Chat.group(page, "answer-by-key")).connected();
  await chat.says("问题");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await chat.log.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("r");
  await expect(chat.text).toBeFocused();
  await expect(page.getByText(/^回复 .+的.+ · 问题$/)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText(/^回复 .+的.+ · 问题$/)).toBeHidden();
});

test("up in an empty box edits what one said last", async ({ page }) => {
  const chat = await (await Chat.group(page, "up")).connected();
  await chat.says("说错勒");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await chat.text.press("ArrowUp");
  await expect(chat.text).toHaveValue("说错勒");
  await chat.text.press("Escape");
  await expect(chat.text).toHaveValue("");
  await chat.text.press("ArrowUp");
  await chat.text.fill("说错了");
  await chat.text.press("Enter");
  await expect(chat.words.last()).toHaveText(/^说错了/);
  await expect(chat.lines.last()).toContainText("已编辑");
});

test("an input method's Enter picks nothing", async ({ page }) => {
  const chat = await (await Chat.group(page, "ime-picks")).connected();
  await chat.text.pressSequentially(":tea");
  await expect(page.getByRole("option").first()).toBeVisible();
  await chat.text.evaluate((box) =>
    box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true })),
  );
  await expect(chat.text).toHaveValue(":tea");
});

test("a link to a message is copied", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const chat = await (await Chat.group(page, "copied")).connected();
  await chat.says("抄我");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await chat.menu("抄我");
  await chat.log.getByRole("link", { name: "复制链接" }).click();
  await expect(chat.log.getByRole("link", { name: "链接已复制" })).toBeFocused();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.goto(link);
  await expect(page.locator("[aria-current=true]").filter({ hasText: "抄我" })).toBeVisible();
});

test("who speaks too fast sees how long it waits", async ({ page }) => {
  const server = await Server.start(["--limits", "on"]);
  const chat = await (await new Chat(page).open(`${server.url}/chatgroup?groupID=fast`)).connected();
  await chat.text.evaluate((box: HTMLTextAreaElement) => {
    for (let n = 0; n < 80; n++) {
      box.value = `快 ${n}`;
      box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
    }
  });
  await expect(chat.log.getByText(/^\d+ 秒后自动发送…$/).first()).toBeVisible();
  await expect(chat.log.locator(".pending")).toHaveCount(0, { timeout: 30_000 });
  await server.remove();
});

test.describe("without script", () => {
  test.use({ javaScriptEnabled: false });

  test("a link leads to its message", async ({ page, baseURL }) => {
    const bot = await Bot.join(baseURL ?? "");
    await bot.fills("plain-links", 60);
    const middle = await bot.says("plain-links", "正中");
    await bot.fills("plain-links", 60, 60);
    await bot.leave();
    await page.goto(`/chatgroup?groupID=plain-links&message=${middle.change.message}`);
    const marked = page.locator("[aria-current]").filter({ hasText: "正中" });
    await expect(marked).toBeInViewport();
    await expect(page.locator(".message")).toHaveCount(50);
    await page.goto("/chatgroup?groupID=plain-links&message=nothing");
    await expect(page.locator(".message").last()).toContainText("line 119");
  });
});
