// People and groups in the browser: setting up, keeping an identity, inviting, banning, signing out elsewhere. In both
// languages and on a phone.
import { Chat } from "../pages/chat";
import { LOOKS } from "../pages/looks";
import { invite, privateGroup, setUp, signIn, signUp } from "../pages/people";
import { Server } from "../pages/server";
import { CUT, expect, test } from "../pages/test";

// A page that says no says so with its status, too.
test.use({ allowed: [new RegExp(`${CUT.source}|status of (401|403|404|422)`)] });

for (const { name, zh, options } of LOOKS) {
  const says = (chinese: string, english: string) => (zh ? chinese : english);
  /** Of its own in each look: they share a server. */
  const own = (word: string) => `${word}-${says("zh", "en")}`;
  const noTea = says("这里没有茶", "No tea here");

  test(`whoever has the link from the log sets the server up, once, and it is called so everywhere, ${name}`, async ({ visitor }) => {
    const server = await Server.start();
    try {
      const page = await (await visitor({ baseURL: server.url, ...options })).newPage();
      const link = await server.firstLink();
      await setUp(page, link, "掌柜");
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(says("站务", "Administration"));
      await expect(page).toHaveTitle(says("站务 · 老舍茶馆", "Administration · 老舍茶馆"));
      for (const address of ["/", "/chatgroup?groupID=tea", "/nothing"]) {
        await page.goto(address);
        await page.locator("html[data-hydrated]").waitFor();
        await expect(page.locator(".brand-name")).toHaveText("老舍茶馆");
      }
      await page.goto("/");
      await expect(page).toHaveTitle("老舍茶馆");
      const late = await (await visitor({ baseURL: server.url, ...options })).newPage();
      expect((await late.goto(link))?.status()).toBe(404);
      expect((await late.goto("/admin"))?.status()).toBe(401);
      await late.close();
      await page.close();
    } finally {
      await server.remove();
    }
  });

  test(`a guest keeps who they are, with what they said, and comes back with a password, ${name}`, async ({ visitor }) => {
    const page = await (await visitor(options)).newPage();
    const chat = await (await Chat.group(page, own("kept"))).connected();
    await chat.says("我是游客的时候说的");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await signUp(page, own("keeper"));
    await expect(page.getByText(says("身份保住了", "It is kept."))).toBeVisible();

    const elsewhere = await (await visitor(options)).newPage();
    await signIn(elsewhere, own("keeper"), "不是这个密码");
    await expect(elsewhere.getByText(says("登录名或密码不对。", "Login or password is wrong."))).toBeVisible();
    await signIn(elsewhere, own("keeper").toUpperCase());
    await expect(elsewhere.getByRole("heading", { level: 1 })).toBeVisible();
    const again = await (await Chat.group(elsewhere, own("kept"))).connected();
    await again.menu("我是游客的时候说的");
    await expect(again.log.getByRole("button", { name: says("编辑", "Edit") })).toBeVisible();
  });

  test(`a private group is there for who is invited and for nobody else, and a ban ends it, ${name}`, async ({ visitor }) => {
    const ann = await (await visitor(options)).newPage();
    await signUp(ann, own("ann-private"));
    const group = await privateGroup(ann, "雅间");
    const link = await invite(ann, group);

    const bo = await (await visitor(options)).newPage();
    expect((await bo.goto(`/chatgroup?groupID=${group}`))?.status()).toBe(404);
    await expect(bo.getByRole("heading", { level: 1 })).toHaveText(noTea);
    await bo.goto(link);
    await expect(bo.getByText("雅间")).toBeVisible();
    await bo.getByRole("button", { name: says("加入", "Join") }).click();
    await bo.waitForURL(/chatgroup/);
    const [annChat, boChat] = [await Chat.group(ann, group), await Chat.group(bo, group)];
    await annChat.connected();
    await boChat.connected();
    await boChat.says("谢谢邀请");
    await expect(annChat.line("谢谢邀请")).toBeVisible();
    // Its id says nothing: it goes by its name among those one was in lately.
    const elsewhere = await bo.context().newPage();
    await elsewhere.goto("/");
    const recent = elsewhere.getByRole("navigation", { name: says("最近去过", "Recent") });
    await expect(recent.getByRole("link")).toHaveText(["雅间"]);
    await elsewhere.close();

    const manage = await ann.context().newPage();
    await manage.goto(`/groups/${group}`);
    await manage.locator("summary").filter({ hasText: says("管理", "Manage") }).last().click();
    await manage.getByRole("button", { name: says("移出并拉黑", "Ban") }).click();
    await annChat.says("他听不到了");
    await expect(annChat.line("他听不到了")).toBeVisible();
    await expect(boChat.line("他听不到了")).toHaveCount(0);
    await bo.reload();
    await expect(bo.getByRole("heading", { level: 1 })).toHaveText(noTea);
    const after = await bo.context().newPage();
    await after.goto("/");
    await after.locator("html[data-hydrated]").waitFor();
    await expect(after.getByText(group)).toHaveCount(0);
  });

  test(`a session that is ended elsewhere is over at once, ${name}`, async ({ visitor }) => {
    const phone = await (await visitor(options)).newPage();
    await signUp(phone, own("two-devices"));
    const chat = await (await Chat.group(phone, own("sessions"))).connected();
    const desk = await (await visitor(options)).newPage();
    await signIn(desk, own("two-devices"));
    await desk.waitForURL(/\/groups/);
    await desk.goto("/me");
    const others = says("退出其他所有设备", "Sign out everywhere else");
    await desk.getByText(others).first().click();
    await desk.getByRole("button", { name: others }).last().click();
    await expect(chat.state).not.toHaveAttribute("data-state", "open");
    await phone.goto("/me");
    await expect(phone.getByRole("main").getByRole("link", { name: says("登录", "Sign in") })).toBeVisible();
  });

  test(`what was said is found by who may read it, marked, and by nobody else, ${name}`, async ({ visitor }) => {
    const ann = await (await visitor(options)).newPage();
    await signUp(ann, own("finder"));
    const room = own("书房");
    const group = await privateGroup(ann, room);
    const chat = await (await Chat.group(ann, group)).connected();
    await chat.says("明天下午开会讨论项目进度");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await ann.goto("/search");
    await ann.getByLabel(says("找什么", "What to look for")).fill(`项目进度 in:${room}`);
    await ann.keyboard.press("Enter");
    await expect(ann.locator("mark")).toHaveText("项目进度");
    await ann.locator(".hit a").click();
    await expect(ann).toHaveURL(/message=/);

    const bo = await (await visitor(options)).newPage();
    await bo.goto("/search?q=" + encodeURIComponent("项目进度"));
    await expect(bo.getByText(says("没有找到", "Nothing was found"))).toBeVisible();
  });
}
