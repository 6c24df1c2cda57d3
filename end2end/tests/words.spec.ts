// What one types besides plain words: everyone's name, emoji by name, an edit that is emptied; and who one is before the
// first of them. In both languages, with script and without.
import type { BrowserContextOptions } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

const tag = () => Math.random().toString(36).slice(2, 8);

const WORDS = {
  "zh-CN": {
    everyone: "@所有人",
    half: "@所有",
    pin: "置顶",
    edit: "编辑",
    empty: "消息不能是空的。要删除它，请用消息菜单里的“删除”。",
    you: /^你将以「.+」发言 · 改名 · 保留这个身份$/,
    rename: "改名",
    keep: "保留这个身份",
    send: "点击发送",
  },
  "en-GB": {
    everyone: "@everyone",
    half: "@every",
    pin: "Pin",
    edit: "Edit",
    empty: "A message cannot be empty. To delete it, use Delete in its menu.",
    you: /^You will speak as .+ · rename · keep this identity$/,
    rename: "rename",
    keep: "keep this identity",
    send: "Send",
  },
} as const;

const SCREENS: Record<string, BrowserContextOptions> = {
  "at a desk": { viewport: { width: 1280, height: 800 } },
  "on a phone": { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

for (const locale of Object.keys(WORDS) as (keyof typeof WORDS)[]) {
  const words = WORDS[locale];

  test.describe(locale, () => {
    test.use({ locale });

    test("each word for everyone means everyone, and the pin says the same", async ({ page }) => {
      const chat = await (await Chat.group(page, `all${tag()}`)).connected();
      for (const word of ["@所有人", "@全体成员", "@全体", "@everyone", "@all"]) {
        await chat.says(`${word} ${word.length}`);
        await expect(chat.log.locator(".line-text").last()).toHaveText(`${words.everyone} ${word.length}`);
        await expect(chat.log.locator(".line-text").last().locator(".mention")).toHaveText(words.everyone);
      }
      await expect(chat.log.locator(".pending")).toHaveCount(0);
      await chat.act(`${words.everyone} 9`, words.pin);
      await expect(chat.pins.locator("summary")).toContainText(words.everyone);
    });

    test("everyone is offered after a bare @ and by the word's beginning", async ({ page }) => {
      const chat = await (await Chat.group(page, `offer${tag()}`)).connected();
      const offer = page.getByRole("option", { name: words.everyone.slice(1), exact: true });
      await chat.text.pressSequentially("@");
      await expect(offer).toBeVisible();
      await chat.text.fill("");
      await chat.text.pressSequentially(words.half);
      await expect(offer).toBeVisible();
      await chat.text.press("Enter");
      await expect(chat.text).toHaveValue(`${words.everyone} `);
    });

    test("an emptied edit says why it is not saved", async ({ page }) => {
      const chat = await (await Chat.group(page, `empty${tag()}`)).connected();
      await chat.says("水开了");
      await expect(chat.log.locator(".pending")).toHaveCount(0);
      await chat.act("水开了", words.edit);
      await expect(chat.text).toHaveValue("水开了");
      await chat.text.fill("");
      await chat.text.press("Enter");
      await expect(chat.notice).toHaveText(words.empty);
      await expect(chat.line("水开了")).toBeVisible();
      await chat.text.pressSequentially("水凉了");
      await expect(chat.notice).toHaveText("");
      await chat.text.press("Enter");
      await expect(chat.line("水凉了")).toBeVisible();
    });

    for (const [screen, size] of Object.entries(SCREENS)) {
      test(`${screen}: a newcomer is told who they will be until they have spoken`, async ({ visitor }) => {
        const page = await (await visitor({ ...size, locale })).newPage();
        const group = `who${tag()}`;
        const chat = await (await Chat.group(page, group)).connected();
        const who = page.locator("#composer-who");
        await expect(who).toHaveText(words.you);
        await expect(who).toBeInViewport();
        await expect(who.getByRole("link", { name: words.rename })).toHaveAttribute("href", "/settings");
        await expect(who.getByRole("link", { name: words.keep })).toHaveAttribute("href", "/me");
        const line = await who.innerText();
        await chat.says("来了");
        await expect(who).toBeHidden();
        await expect(chat.log.locator(".pending")).toHaveCount(0);
        expect(line).toContain(await chat.log.locator(".message-author").last().innerText());
        await chat.open(`/chatgroup?groupID=${group}`);
        await expect(who).toBeHidden();
      });
    }
  });
}

test("an emoji's name typed to its end becomes the emoji, with the colon of either keyboard", async ({ page }) => {
  const chat = await (await Chat.group(page, `emoji${tag()}`)).connected();
  await chat.text.pressSequentially("好 :tada:");
  await expect(chat.text).toHaveValue("好 🎉");
  await chat.text.fill("");
  await chat.text.pressSequentially("：笑哭：");
  await expect(chat.text).toHaveValue("😂");
  await chat.text.fill("");
  await chat.text.pressSequentially("：笑哭");
  await expect(page.getByRole("option").first()).toContainText("😂");
  await chat.text.press("Enter");
  await expect(chat.text).toHaveValue("😂 ");
  await chat.text.fill("");
  await chat.text.pressSequentially("12:30: no :nosuchthing:");
  await chat.text.press("Enter");
  await expect(chat.line("12:30: no :nosuchthing:")).toBeVisible();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("an @ names whom it names", async ({ page, server }) => {
    const bot = await Bot.join(server.url);
    const group = `form${tag()}`;
    await bot.says(group, "在");
    await page.goto(`/chatgroup?groupID=${group}`);
    await page.getByRole("textbox").fill(`@${bot.name} @全体成员 @nobody`);
    await page.getByRole("button", { name: "点击发送" }).click();
    await expect(page.locator(".line-text").last()).toHaveText(`@${bot.name} @所有人 @nobody`);
    await expect(page.locator(".line-text").last().locator(".mention")).toHaveText([`@${bot.name}`, "@所有人"]);
    await bot.leave();
  });
});
