// A house in which everything has happened once, the same each time: accounts, groups, a conversation with every kind of
// row, a ban, invitations. Never an assertion.
import { type BrowserContext, type BrowserContextOptions, request } from "@playwright/test";
import { Chat } from "./chat";
import { makes, posts, signsUp } from "./house";
import type { Server } from "./server";

export interface Founded {
  /** Who set the house up, and owns its groups. */
  owner: BrowserContext;
  /** An account among others, who belongs to both groups. */
  member: BrowserContext;
  /** Open to everyone; its name is its id. */
  open: string;
  /** The id of a private group, with invitations and a ban. */
  closed: string;
  /** The path of an invitation to the private group. */
  invitation: string;
  /** The path of what one message said before. */
  edits: string;
}

type Visitor = (options?: BrowserContextOptions) => Promise<BrowserContext>;

export async function found(server: Server, visitor: Visitor): Promise<Founded> {
  const baseURL = server.url;
  const [owner, member, banned] = [await visitor({ baseURL }), await visitor({ baseURL }), await request.newContext({ baseURL })];
  const password = "龙井与碧螺春各半";
  const chosen = { login: "zhanggui", name: "王掌柜", password, again: password };
  await posts(owner, new URL(await server.firstLink()).pathname, { server_name: "老舍茶馆", ...chosen });
  await signsUp(member, "xiaoming", "陈小明");
  await posts({ request: banned }, "/signup", { ...chosen, login: "noisy", name: "Noisy Kettle" });

  const open = await makes(owner, "/groups/new", { name: "茶馆", about: "水开了就来。", kind: "open" });
  const closed = await makes(owner, "/groups/new", { name: "雅间", about: "只谈茶，不谈工作。", kind: "private" });
  for (const add of ["xiaoming", "noisy"]) await posts(owner, `/groups/${closed}/add`, { add });
  await posts(owner, `/groups/${closed}/ban`, { person: await person(owner, closed, "Noisy Kettle") });
  await posts(owner, "/admin/invite", { days: "7", uses: "1" });
  const invited = await owner.request.post(`/groups/${closed}/invite`, { form: { days: "7", uses: "5" } });
  const invitation = /\/invite\/[\w-]+/.exec(await invited.text())![0];
  const edited = await talks(owner, member, open);
  await banned.dispose();
  return { owner, member, open, closed, invitation, edits: `/groups/${encodeURIComponent(open)}/edits/${edited}` };
}

/** The id of a member, as the page that looks after the group knows it. */
async function person(owner: BrowserContext, group: string, name: string): Promise<string> {
  const html = await (await owner.request.get(`/groups/${group}`)).text();
  const row = html.split("<li").find((row) => row.includes(name))!;
  return /name="person" value="([^"]+)"/.exec(row)![1]!;
}

/** Until the server has been told that all of it was read. */
async function hasRead(who: BrowserContext, group: string): Promise<void> {
  for (let unread = 1; unread > 0; ) {
    const { groups } = await (await who.request.get("/api/groups")).json();
    unread = groups.find((one: { group: string }) => one.group === group).unread;
  }
}

/** What both say, with every kind of row; the id of a message that was edited. */
async function talks(owner: BrowserContext, member: BrowserContext, group: string): Promise<string> {
  const ann = await (await Chat.group(await owner.newPage(), group)).connected();
  const bo = await (await Chat.group(await member.newPage(), group)).connected();
  const tell = async (chat: Chat, words: string) => {
    await chat.says(words);
    await chat.log.locator(".pending").first().waitFor({ state: "detached" });
  };
  await tell(ann, "水开了，今天喝什么？");
  await tell(bo, "**龙井**，或者 [碧螺春](https://example.com/spring)。\n- 先温杯\n- 再投茶\n> 水温八十度就好");
  await tell(ann, "```rust\n// 一泡三分钟\nfn steep(cups: u32) -> u32 {\n    let minutes = 3;\n    cups * minutes // \"gong fu\"\n}\n```");
  await tell(bo, "说错的话");
  await tell(bo, "三点开会钱喝完");
  await tell(ann, "🍵🫖");
  await tell(bo, "Longjing".repeat(24));
  await tell(ann, "שלום, השתתפו בתה — ten o'clock, בסדר?");
  await ann.act("水开了", "回应 🍵");
  await bo.act("水开了", "回应 🍵");
  await bo.act("说错的话", "删除");
  await bo.log.getByRole("button", { name: "确定删除？" }).click();
  await bo.log.getByText("这条消息已删除").waitFor();
  await bo.act("三点开会钱喝完", "编辑");
  await bo.says("三点开会前喝完");
  await bo.log.getByText("已编辑").waitFor();
  await bo.act("水开了", "回复");
  await tell(bo, "那就来一壶，`80 °C`。");
  // It is below what she looks at, and perhaps not drawn there.
  await ann.log.evaluate((log) => log.scrollTo({ top: log.scrollHeight }));
  await ann.line("那就来一壶").waitFor();
  for (const [who, chat] of [[owner, ann], [member, bo]] as const) {
    await chat.log.evaluate((log) => log.scrollTo({ top: 0 }));
    await hasRead(who, group);
  }
  await ann.page.close();
  await bo.page.close();
  const page = await (await owner.request.get(`/api/groups/${encodeURIComponent(group)}/messages`)).json();
  return page.messages.find((message: { body: string }) => message.body.startsWith("三点")).id;
}
