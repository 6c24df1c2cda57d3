// People and groups in the browser: setting up, keeping an identity, inviting, banning, signing out elsewhere.
import { Chat } from "../pages/chat";
import { invite, privateGroup, setUp, signIn, signUp } from "../pages/people";
import { Server } from "../pages/server";
import { CUT, expect, test } from "../pages/test";

// A page that says no says so with its status, too.
test.use({ allowed: [new RegExp(`${CUT.source}|status of (401|403|404|422)`)] });

test("whoever has the link from the log sets the server up, once", async ({ visitor }) => {
  const server = await Server.start();
  try {
    const page = await (await visitor({ baseURL: server.url })).newPage();
    const link = await server.firstLink();
    await setUp(page, link, "掌柜");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("站务");
    const late = await (await visitor({ baseURL: server.url })).newPage();
    expect((await late.goto(link))?.status()).toBe(404);
    expect((await late.goto("/admin"))?.status()).toBe(401);
    await late.close();
    await page.close();
  } finally {
    await server.remove();
  }
});

test("a guest keeps who they are, with what they said, and comes back with a password", async ({ visitor }) => {
  const page = await (await visitor()).newPage();
  const chat = await (await Chat.group(page, "kept")).connected();
  await chat.says("我是游客的时候说的");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await signUp(page, "keeper");
  await expect(page.getByText("身份保住了")).toBeVisible();

  const elsewhere = await (await visitor()).newPage();
  await signIn(elsewhere, "keeper", "不是这个密码");
  await expect(elsewhere.getByText("登录名或密码不对。")).toBeVisible();
  await signIn(elsewhere, "KEEPER");
  await expect(elsewhere.getByRole("heading", { level: 1 })).toBeVisible();
  const again = await (await Chat.group(elsewhere, "kept")).connected();
  await again.menu("我是游客的时候说的");
  await expect(again.log.getByRole("button", { name: "编辑" })).toBeVisible();
});

test("a private group is there for who is invited and for nobody else, and a ban ends it", async ({ visitor }) => {
  const ann = await (await visitor()).newPage();
  await signUp(ann, "ann-private");
  const group = await privateGroup(ann, "雅间");
  const link = await invite(ann, group);

  const bo = await (await visitor()).newPage();
  expect((await bo.goto(`/chatgroup?groupID=${group}`))?.status()).toBe(404);
  await expect(bo.getByRole("heading", { level: 1 })).toHaveText("这里没有茶");
  await bo.goto(link);
  await expect(bo.getByText("雅间")).toBeVisible();
  await bo.getByRole("button", { name: "加入" }).click();
  await bo.waitForURL(/chatgroup/);
  const [annChat, boChat] = [await Chat.group(ann, group), await Chat.group(bo, group)];
  await annChat.connected();
  await boChat.connected();
  await boChat.says("谢谢邀请");
  await expect(annChat.line("谢谢邀请")).toBeVisible();

  const manage = await ann.context().newPage();
  await manage.goto(`/groups/${group}`);
  await manage.locator("summary").filter({ hasText: "管理" }).last().click();
  await manage.getByRole("button", { name: "移出并拉黑" }).click();
  await annChat.says("他听不到了");
  await expect(annChat.line("他听不到了")).toBeVisible();
  await expect(boChat.line("他听不到了")).toHaveCount(0);
  await bo.reload();
  await expect(bo.getByRole("heading", { level: 1 })).toHaveText("这里没有茶");
});

test("a session that is ended elsewhere is over at once", async ({ visitor }) => {
  const phone = await (await visitor()).newPage();
  await signUp(phone, "two-devices");
  const chat = await (await Chat.group(phone, "sessions")).connected();
  const desk = await (await visitor()).newPage();
  await signIn(desk, "two-devices");
  await desk.goto("/me");
  await desk.getByText("退出其他所有设备").first().click();
  await desk.getByRole("button", { name: "退出其他所有设备" }).last().click();
  await expect(chat.state).not.toHaveAttribute("data-state", "open");
  await phone.goto("/me");
  await expect(phone.getByRole("main").getByRole("link", { name: "登录" })).toBeVisible();
});

test("what was said is found by who may read it, marked, and by nobody else", async ({ visitor }) => {
  const ann = await (await visitor()).newPage();
  await signUp(ann, "finder");
  const group = await privateGroup(ann, "书房");
  const chat = await (await Chat.group(ann, group)).connected();
  await chat.says("明天下午开会讨论项目进度");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await ann.goto("/search");
  await ann.getByLabel("找什么").fill("项目进度 in:书房");
  await ann.keyboard.press("Enter");
  await expect(ann.locator("mark")).toHaveText("项目进度");
  await ann.locator(".hit a").click();
  await expect(ann).toHaveURL(/message=/);

  const bo = await (await visitor()).newPage();
  await bo.goto("/search?q=" + encodeURIComponent("项目进度"));
  await expect(bo.getByText("没有找到")).toBeVisible();
});
