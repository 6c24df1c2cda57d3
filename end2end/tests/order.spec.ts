// Who keeps order in a group: deletes what others said, sees what a message said before, renames and archives; and what of it
// the others have. In both languages, at a desk and on a phone.
import type { BrowserContext, BrowserContextOptions } from "@playwright/test";
import { Chat } from "../pages/chat";
import { makes, posts, signsUp } from "../pages/house";
import { expect, test } from "../pages/test";

const tag = () => Math.random().toString(36).slice(2, 8);

const WORDS = {
  "zh-CN": {
    remove: "删除",
    sure: "确定删除？",
    gone: "这条消息已删除",
    edit: "编辑",
    edited: "已编辑",
    archived: "这个群组已经归档，只能阅读。",
    about: "已归档",
    more: "更多操作",
  },
  "en-GB": {
    remove: "Delete",
    sure: "Really delete?",
    gone: "This message was deleted",
    edit: "Edit",
    edited: "edited",
    archived: "This group is archived: it can be read, nothing more.",
    about: "archived",
    more: "more",
  },
} as const;

const SCREENS: Record<string, BrowserContextOptions> = {
  "at a desk": { viewport: { width: 1280, height: 800 } },
  "on a phone": { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

/** A group with a moderator and somebody who only speaks there, both with its page open; its owner is elsewhere. */
async function two(visitor: (options?: BrowserContextOptions) => Promise<BrowserContext>, options: BrowserContextOptions) {
  const [owner, moderator, guest] = [await visitor(options), await visitor(options), await visitor(options)];
  const login = `keeper${tag()}`;
  await signsUp(owner, `owner${tag()}`);
  await signsUp(moderator, login);
  const group = await makes(owner, "/groups/new", { name: `雅座${tag()}`, about: "", kind: "open" });
  const path = `/groups/${encodeURIComponent(group)}`;
  await posts(owner, `${path}/add`, { add: login });
  const row = (await (await owner.request.get(path)).text()).split("<li").find((row) => row.includes(login))!;
  await posts(owner, `${path}/role`, { person: /name="person" value="([^"]+)"/.exec(row)![1]!, role: "moderator" });
  const keeper = await (await Chat.group(await moderator.newPage(), group)).connected();
  const member = await (await Chat.group(await guest.newPage(), group)).connected();
  return { owner, path, keeper, member };
}

for (const locale of Object.keys(WORDS) as (keyof typeof WORDS)[]) {
  const words = WORDS[locale];
  for (const [screen, size] of Object.entries(SCREENS)) {
    const options = { ...size, locale };

    test(`${locale}, ${screen}: who moderates deletes what another said, and a member cannot`, async ({ visitor }) => {
      const { keeper, member } = await two(visitor, options);
      await member.says("乱说的话");
      await keeper.says("规矩");
      await expect(member.line("规矩")).toBeVisible();
      await member.menu("规矩");
      await expect(member.log.locator(".menu")).toBeVisible();
      await expect(member.log.getByRole("button", { name: words.remove })).toHaveCount(0);
      await keeper.menu("乱说的话");
      await expect(keeper.log.getByRole("button", { name: words.edit, exact: true })).toHaveCount(0);
      await keeper.log.getByRole("button", { name: words.remove, exact: true }).click();
      await keeper.log.getByRole("button", { name: words.sure }).click();
      await expect(member.log.getByText(words.gone)).toBeVisible();
      await expect(member.line("乱说的话")).toHaveCount(0);
      await expect(keeper.line("乱说的话")).toHaveCount(0);
    });

    test(`${locale}, ${screen}: what was edited leads who moderates to what it said before, and a member nowhere`, async ({ visitor }) => {
      const { keeper, member } = await two(visitor, options);
      await member.says("三点");
      await expect(member.log.locator(".pending")).toHaveCount(0);
      await member.act("三点", words.edit);
      await member.says("四点");
      await expect(member.line("四点").getByText(words.edited)).toBeVisible();
      await expect(member.log.getByRole("link", { name: words.edited })).toHaveCount(0);
      const link = keeper.line("四点").getByRole("link", { name: words.edited });
      await link.focus();
      await expect(link).toBeFocused();
      await keeper.page.keyboard.press("Enter");
      await expect(keeper.page).toHaveURL(/\/edits\//);
      await expect(keeper.page.getByText("三点")).toBeVisible();
    });
  }

  test(`${locale}: a new name, an archive and its end reach a page that is open`, async ({ visitor }) => {
    const { owner, path, member } = await two(visitor, { locale });
    await posts(owner, `${path}/describe`, { name: "后院", about: "晒茶。", kind: "open" });
    await expect(member.page.getByRole("heading", { level: 1 })).toHaveText("后院");
    await expect(member.page.locator(".chat-about")).toHaveText("晒茶。");
    await expect(member.page).toHaveTitle(/后院/);
    await posts(owner, `${path}/archive`, { archived: "1" });
    await expect(member.text).toBeHidden();
    await expect(member.page.getByRole("status").filter({ hasText: words.archived })).toBeVisible();
    await expect(member.page.locator(".chat-about")).toHaveText(`晒茶。 · ${words.about}`);
    await posts(owner, `${path}/archive`, { archived: "0" });
    await expect(member.text).toBeVisible();
    await member.says("又开张了");
    await expect(member.line("又开张了")).toBeVisible();
  });

  test(`${locale}: who deletes by keyboard stays where the message was`, async ({ visitor }) => {
    const chat = await (await Chat.group(await (await visitor({ locale })).newPage(), `gone${tag()}`)).connected();
    await chat.says("留下");
    await chat.says("说错了");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await chat.log.focus();
    await chat.log.press("ArrowUp");
    await chat.page.keyboard.press("Enter");
    await chat.log.getByRole("button", { name: words.remove, exact: true }).focus();
    await chat.page.keyboard.press("Enter");
    await expect(chat.log.getByRole("button", { name: words.sure })).toBeFocused();
    await chat.page.keyboard.press("Enter");
    const gone = chat.log.getByText(words.gone);
    await expect(gone).toBeFocused();
    await expect(chat.log.locator("[data-unsaved]")).toHaveCount(0);
    await expect(gone).toBeFocused();
    await chat.page.keyboard.press("ArrowUp");
    await expect(chat.line("留下").locator(".message-more")).toBeFocused();
  });
}
