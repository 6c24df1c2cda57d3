// Nothing that was said is lost or doubled: tunnels, a killed server, reloads.
import { Chat, hydrated } from "../pages/chat";
import { Postgres } from "../pages/postgres";
import { Server } from "../pages/server";
import { CUT, expect, test } from "../pages/test";

test.use({ allowed: [CUT] });
/** High enough for the log to draw everything that a test says. */
const TALL = { viewport: { width: 900, height: 2600 } };

test("two pages chat: each message once, with author and time", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "每条一次")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "每条一次")).connected();
  for (let n = 0; n < 5; n++) {
    await ann.says(`甲 ${n}`);
    await bo.says(`乙 ${n}`);
  }
  for (const chat of [ann, bo]) {
    await expect(chat.log.locator(".line-text")).toHaveCount(10);
    const texts = (await chat.log.locator(".line-text").allTextContents()).sort();
    expect(texts).toEqual([0, 1, 2, 3, 4].flatMap((n) => [`甲 ${n}`, `乙 ${n}`]).sort());
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await expect(chat.line("甲 0").locator(".message-author")).toHaveText(/.+的.+/);
    await expect(chat.line("甲 0").locator("time")).toHaveAttribute("datetime", /Z$/);
  }
  expect(await ann.log.locator(".line-text").allTextContents()).toEqual(await bo.log.locator(".line-text").allTextContents());
});

test("what is said in a tunnel waits, in sight, and is sent once when the network is back", async ({ visitor }) => {
  const server = await Server.start();
  try {
    const context = await visitor();
    const ann = await (await new Chat(await context.newPage()).open(`${server.url}/chatgroup?groupID=tunnel`)).connected();
    const bo = await (await new Chat(await (await visitor()).newPage()).open(`${server.url}/chatgroup?groupID=tunnel`)).connected();
    await ann.says("before");
    await expect(bo.line("before")).toBeVisible();
    await context.setOffline(true);
    await server.kill();
    await expect(ann.state).toHaveAttribute("data-state", /lost|failed/);
    await ann.says("in the tunnel 1");
    await ann.says("in the tunnel 2");
    await expect(ann.log.locator(".pending")).toHaveCount(2);
    await expect(ann.log.locator(".pending").first()).toContainText("等待连接");
    await server.up();
    await context.setOffline(false);
    await expect(bo.line("in the tunnel 2")).toBeVisible({ timeout: 45_000 });
    await expect(ann.log.locator(".pending")).toHaveCount(0);
    for (const chat of [ann, bo]) {
      await expect(chat.log.locator(".line-text")).toHaveText(["before", "in the tunnel 1", "in the tunnel 2"]);
    }
  } finally {
    await server.remove();
  }
});

test("a server that is killed under two pages loses and doubles nothing", async ({ visitor }) => {
  test.setTimeout(120_000);
  const server = await Server.start();
  try {
    const chats = [];
    for (let n = 0; n < 2; n++) {
      const page = await (await visitor(TALL)).newPage();
      chats.push(await (await new Chat(page).open(`${server.url}/chatgroup?groupID=killed`)).connected());
    }
    const said: string[] = [];
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 6; n++) {
        for (const [who, chat] of chats.entries()) {
          const words = `${who} says ${round}.${n}.`;
          said.push(words);
          await chat.says(words);
        }
        if (n === 3) await server.kill();
      }
      await server.up();
      for (const chat of chats) await chat.connected();
    }
    for (const chat of chats) {
      await expect(chat.log.locator(".pending")).toHaveCount(0, { timeout: 45_000 });
      await expect(chat.log.locator(".line-text")).toHaveCount(said.length);
      expect((await chat.log.locator(".line-text").allTextContents()).sort()).toEqual([...said].sort());
    }
    const [one, two] = await Promise.all(chats.map((chat) => chat.log.locator(".line-text").allTextContents()));
    expect(one).toEqual(two);
  } finally {
    await server.remove();
  }
});

test("a message that waits survives a reload, as does a draft", async ({ visitor }) => {
  const server = await Server.start();
  try {
    const page = await (await visitor()).newPage();
    const chat = await (await new Chat(page).open(`${server.url}/chatgroup?groupID=reload`)).connected();
    await chat.says("said and saved");
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await chat.toggle.click();
    await chat.says("said while disconnected");
    await chat.text.fill("half a thou");
    await expect(chat.log.locator(".pending")).toContainText("等待连接");
    // The socket of the new page is kept from opening until the message was seen waiting.
    let open = () => {};
    const held = new Promise<void>((resolve) => (open = resolve));
    await page.routeWebSocket(/\/live$/, async (socket) => {
      await held;
      socket.connectToServer();
    });
    await page.reload();
    await hydrated(page);
    await expect(chat.log.locator(".pending")).toContainText("said while disconnected");
    await expect(chat.text).toHaveValue("half a thou");
    open();
    await expect(chat.log.locator(".pending")).toHaveCount(0);
    await expect(chat.log.locator(".line-text")).toHaveText(["said and saved", "said while disconnected"]);
    await page.reload();
    await expect(chat.log.locator(".line-text")).toHaveText(["said and saved", "said while disconnected"]);
  } finally {
    await server.remove();
  }
});

test("while the database hangs the page says that it tries again, and then has sent it once", async ({ visitor }) => {
  test.setTimeout(120_000);
  const postgres = await Postgres.start();
  const server = await Server.start(["--database", postgres.url]);
  try {
    const ann = await (await new Chat(await (await visitor()).newPage()).open(`${server.url}/chatgroup?groupID=hung`)).connected();
    const bo = await (await new Chat(await (await visitor()).newPage()).open(`${server.url}/chatgroup?groupID=hung`)).connected();
    await ann.says("before");
    await expect(bo.line("before")).toBeVisible();
    postgres.freeze();
    await ann.says("meanwhile");
    await expect(ann.log.locator(".pending")).toContainText("正在发送");
    await expect(ann.log.locator(".pending")).toContainText("稍后自动重试", { timeout: 30_000 });
    postgres.thaw();
    await expect(bo.line("meanwhile")).toBeVisible({ timeout: 45_000 });
    await expect(ann.log.locator(".pending")).toHaveCount(0);
    for (const chat of [ann, bo]) await expect(chat.log.locator(".line-text")).toHaveText(["before", "meanwhile"]);
  } finally {
    await server.remove();
    await postgres.remove();
  }
});

test("what is refused for good stays in sight, to be said again or discarded", async ({ page }) => {
  // A server that refuses what is said, until it is told not to.
  let refuses = true;
  await page.routeWebSocket(/\/live$/, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((frame) => {
      const { type, client_id } = JSON.parse(String(frame));
      if (type === "post" && refuses) {
        socket.send(JSON.stringify({ type: "rejected", client_id, code: "no_group", message: "没有这个群组。" }));
      } else server.send(frame);
    });
  });
  const chat = await (await Chat.group(page, "refused")).connected();
  await chat.says("一");
  await chat.says("二");
  const failed = chat.log.locator(".pending[data-saving=failed]");
  await expect(failed).toHaveCount(2);
  await expect(failed.first()).toContainText("没有发出：没有这个群组。");
  await page.reload();
  await hydrated(page);
  await chat.connected();
  await expect(failed).toHaveCount(2);
  await failed.filter({ hasText: "二" }).getByRole("button", { name: "放弃" }).click();
  await expect(failed).toHaveCount(1);
  refuses = false;
  await failed.getByRole("button", { name: "重试" }).click();
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await expect(chat.log.locator(".line-text")).toHaveText(["一"]);
});

test("two tabs of one person do not send the same twice, and one inherits what the other left", async ({ visitor }) => {
  const context = await visitor(TALL);
  const first = await (await Chat.group(await context.newPage(), "tabs")).connected();
  await first.says("from the first tab");
  await expect(first.log.locator(".pending")).toHaveCount(0);
  await first.toggle.click();
  await first.says("left behind");
  const second = await (await Chat.group(await context.newPage(), "tabs")).connected();
  await second.says("from the second tab");
  await expect(second.log.locator(".line-text")).toHaveText(["from the first tab", "from the second tab"]);
  await first.page.close();
  await expect(second.log.locator(".line-text")).toHaveText(["from the first tab", "from the second tab", "left behind"]);
  await expect(second.log.locator(".pending")).toHaveCount(0);
});
