// What a group and the house ask of whoever speaks: not to call a crowd by mistake, to let others speak, and to leave. In both
// languages and on a phone.
import { Chat } from "../pages/chat";
import { Crowd } from "../pages/crowd";
import { makes, posts, signsUp } from "../pages/house";
import { LOOKS } from "../pages/looks";
import { Server } from "../pages/server";
import { expect, test } from "../pages/test";

for (const { name, zh, options } of LOOKS) {
  const says = (chinese: string, english: string) => (zh ? chinese : english);
  /** Of its own in each look: they share a server. */
  const own = (word: string) => `${word}-${says("zh", "en")}`;

  test(`who is banned while a page is open is told, keeps no way to speak, and has a way out, ${name}`, async ({ visitor }) => {
    const server = await Server.start();
    const baseURL = server.url;
    const [owner, context] = [await visitor({ baseURL, ...options }), await visitor({ baseURL, ...options })];
    const chosen = { login: "zhanggui", name: "王掌柜", password: "龙井与碧螺春各半", again: "龙井与碧螺春各半" };
    await posts(owner, new URL(await server.firstLink()).pathname, { server_name: "老舍茶馆", ...chosen });
    await signsUp(context, "noisy");
    const page = await context.newPage();
    const sockets: { url: string; closed: boolean }[] = [];
    page.on("websocket", (socket) => {
      const one = { url: socket.url(), closed: false };
      sockets.push(one);
      socket.on("close", () => (one.closed = true));
    });
    const chat = await (await Chat.group(page, "banned")).connected();
    await chat.says("还在");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    const { messages } = await (await owner.request.get("/api/groups/banned/messages")).json();
    await posts(owner, "/admin/close", { person: messages[0].by.id });

    const told = page.getByRole("alert").filter({ hasText: says("你已被禁止使用这里", "You were banned from this place") });
    await expect(told).toBeVisible();
    await expect(chat.text).toBeHidden();
    await expect(chat.line("还在")).toBeVisible();
    await page.evaluate(() => window.dispatchEvent(new Event("online")));
    await told.getByRole("link", { name: says("重新登录", "Sign in again") }).click();
    await expect(page).toHaveURL(/\/signin/);
    expect(sockets.map(({ closed }) => closed)).toEqual([true]);
    await page.close();
    await server.remove();
  });

  test.describe(`what calls everyone, ${name}`, () => {
    test(`goes at once where few are, ${name}`, async ({ visitor, server }) => {
      const page = await (await visitor(options)).newPage();
      const chat = await (await Chat.group(page, own("few"))).connected();
      const crowd = await Crowd.enter(server.url, own("few"), 3);
      await expect(page.getByText(says("4 人在线", "4 here"))).toBeVisible();
      await chat.says("@all 开会");
      await expect(chat.line(says("@所有人 开会", "@everyone 开会"))).toBeVisible();
      crowd.leave();
    });

    test(`is asked about where more than twenty are, and goes once one says so again, ${name}`, async ({ visitor, server }) => {
      const page = await (await visitor(options)).newPage();
      const chat = await (await Chat.group(page, own("crowd"))).connected();
      const crowd = await Crowd.enter(server.url, own("crowd"), 20);
      await expect(page.getByText(says("21 人在线", "21 here"))).toBeVisible();
      await chat.says("@all 开会");
      await expect(chat.notice).toHaveText(says("这会提醒这里的 21 个人。再按一次就发送。", "This will notify 21 people here. Send again to confirm."));
      await expect(chat.text).toHaveValue("@all 开会");
      await expect(chat.log.locator(".message")).toHaveCount(0);
      await chat.text.press("Enter");
      await expect(chat.line(says("@所有人 开会", "@everyone 开会"))).toBeVisible();
      await expect(chat.text).toHaveValue("");
      await expect(chat.notice).toHaveText("");
      crowd.leave();
    });

    test(`stays in the box if one thinks better of it, and is asked about again, ${name}`, async ({ visitor, server }) => {
      const page = await (await visitor(options)).newPage();
      const chat = await (await Chat.group(page, own("thoughts"))).connected();
      const crowd = await Crowd.enter(server.url, own("thoughts"), 20);
      await expect(page.getByText(says("21 人在线", "21 here"))).toBeVisible();
      await chat.says("@全体 开会");
      await expect(chat.notice).toContainText(says("21 个人", "21 people"));
      await chat.text.pressSequentially("吗");
      await expect(chat.notice).toHaveText("");
      await expect(chat.text).toHaveValue("@全体 开会吗");
      await chat.text.press("Enter");
      await expect(chat.notice).toContainText(says("21 个人", "21 people"));
      await chat.text.fill("开会吗");
      await chat.text.press("Enter");
      await expect(chat.line("开会吗")).toBeVisible();
      await expect(chat.log.locator(".message")).toHaveCount(1);
      crowd.leave();
    });
  });

  test(`in slow mode the next message counts down and goes by itself, ${name}`, async ({ visitor }) => {
    const [owner, context] = [await visitor(options), await visitor(options)];
    await signsUp(owner, own("patience"));
    const group = await makes(owner, "/groups/new", { name: own("慢慢说"), about: "", kind: "open" });
    await posts(owner, `/groups/${encodeURIComponent(group)}/describe`, { name: own("慢慢说"), about: "", kind: "open", slow: "1" });
    const chat = await (await Chat.group(await context.newPage(), group)).connected();
    await chat.says("你好");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await chat.log.evaluate((log) => {
      const seen: Set<string> = ((globalThis as unknown as { seen: Set<string> }).seen = new Set());
      const look = () => log.querySelectorAll(".pending").forEach((row) => seen.add(row.textContent ?? ""));
      new MutationObserver(look).observe(log, { subtree: true, childList: true, characterData: true });
    });
    // Both leave at once, however slow this machine is.
    await chat.text.evaluate((box: HTMLTextAreaElement) => {
      for (const words of ["第一句", "第二句"]) {
        box.value = words;
        box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
      }
    });
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await expect(chat.words).toHaveText([/连接成功|^\[?Connected/, "你好", "第一句", "第二句"]);
    const seen = await chat.page.evaluate(() => [...(globalThis as unknown as { seen: Set<string> }).seen]);
    expect(seen.some((row) => row.includes("第二句") && /1 秒后自动发送…|Sending in 1 s…/.test(row)), seen.join("\n")).toBe(true);
  });

  test(`a group's owner waits for nobody, ${name}`, async ({ visitor }) => {
    const owner = await visitor(options);
    await signsUp(owner, own("hurry"));
    const group = await makes(owner, "/groups/new", { name: own("快快说"), about: "", kind: "open" });
    await posts(owner, `/groups/${encodeURIComponent(group)}/describe`, { name: own("快快说"), about: "", kind: "open", slow: "3600" });
    const chat = await (await Chat.group(await owner.newPage(), group)).connected();
    await chat.says("第一句");
    await chat.says("第二句");
    await expect(chat.words).toHaveText([/连接成功|^\[?Connected/, "第一句", "第二句"]);
    await expect(chat.log.locator(".pending")).toHaveCount(0);
  });
}
