// The list of groups: what is unread, switching without a page load, back and forward, the quick switcher, and ends.
import type { Page } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat, hydrated } from "../pages/chat";
import { House, makes, signsUp } from "../pages/house";
import { expect, test } from "../pages/test";

const tag = () => Math.random().toString(36).slice(2, 8);

/** Opens groups one after the other, and counts the sockets that this takes. */
async function visits(page: Page, ...groups: string[]): Promise<{ chat: Chat; house: House; sockets: string[] }> {
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  for (const group of groups) {
    await (await Chat.group(page, group)).connected();
    // In the list for good once the server was told that it was read.
    const known = async () => page.evaluate(async () => JSON.stringify(await (await fetch("/api/groups")).json()));
    await expect.poll(known).toContain(group);
  }
  sockets.splice(0, sockets.length - 1);
  return { chat: new Chat(page), house: new House(page), sockets };
}

test("what is said elsewhere is counted, comes first, is in the title, and goes when it is read", async ({ page, server }) => {
  const [one, two] = [`one${tag()}`, `two${tag()}`];
  const bot = await Bot.join(server.url);
  await bot.says(one, "水开了");
  await bot.says(two, "茶好了");
  const { chat, house } = await visits(page, one, two);
  await expect(house.rows.first()).toHaveAttribute("data-value", two);
  await expect(house.unread(one)).toHaveCount(0);
  await bot.says(one, "在吗");
  await expect(house.unread(one)).toHaveText("1 条未读");
  await bot.says(one, "在不在");
  await expect(house.unread(one)).toHaveText("2 条未读");
  await expect(house.rows.first()).toHaveAttribute("data-value", one);
  await expect(page).toHaveTitle(`(2) 群组内聊天[ 群ID: ${two} ]`);
  await bot.says(two, "这里的");
  await expect(chat.line("这里的")).toBeVisible();
  await expect(house.unread(two)).toHaveCount(0);
  await page.reload();
  await hydrated(page);
  await expect(house.unread(one)).toHaveText("2 条未读");
  await house.row(one).click();
  await expect(chat.log.locator(".mark-unread")).toBeVisible();
  await expect(chat.line("在不在")).toBeInViewport();
  await expect(house.unread(one)).toHaveCount(0);
  await expect(page).toHaveTitle(`群组内聊天[ 群ID: ${one} ]`);
  await bot.leave();
});

test("one switches on the same socket, at once, and back and forward lead right", async ({ page, server }) => {
  const [one, two] = [`one${tag()}`, `two${tag()}`];
  const bot = await Bot.join(server.url);
  await bot.fills(one, 60);
  await bot.fills(two, 60);
  await bot.says(one, `in ${one}`);
  await bot.says(two, `in ${two}`);
  const { chat, house, sockets } = await visits(page, one, two);
  await page.evaluate(() => ((window as unknown as { same: boolean }).same = true));
  const first = await house.switchTo(one, `in ${one}`);
  const times: number[] = [];
  for (let n = 0; n < 5; n++) {
    times.push(await house.switchTo(two, `in ${two}`), await house.switchTo(one, `in ${one}`));
  }
  const median = times.sort((a, b) => a - b)[5]!;
  console.log(`switching: first ${first.toFixed(0)} ms, then median ${median.toFixed(0)} ms of ${times.map((ms) => ms.toFixed(0))}`);
  expect(median).toBeLessThan(300);
  await expect(page).toHaveURL(new RegExp(`groupID=${one}$`));
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(`群组内聊天[ 群ID: ${one} ]`);
  await expect(house.row(one)).toHaveAttribute("aria-current", "page");
  await expect(chat.text).toBeFocused();
  await page.goBack();
  await expect(chat.line(`in ${two}`)).toBeInViewport();
  await expect(page).toHaveTitle(`群组内聊天[ 群ID: ${two} ]`);
  await page.goForward();
  await expect(chat.line(`in ${one}`)).toBeInViewport();
  // What comes is heard where one is, and where one was.
  await bot.says(two, "meanwhile");
  await expect(house.unread(two)).toHaveText("1 条未读");
  await house.row(two).click();
  await expect(chat.line("meanwhile")).toBeInViewport();
  await chat.says("answered");
  await expect(chat.line("answered").locator(".pending")).toHaveCount(0);
  expect(await page.evaluate(() => (window as unknown as { same?: boolean }).same)).toBe(true);
  expect(sockets).toHaveLength(1);
  await bot.leave();
});

test("a draft and the place where one reads stay with their group", async ({ page, server }) => {
  const [one, two] = [`one${tag()}`, `two${tag()}`];
  const bot = await Bot.join(server.url);
  await bot.fills(one, 120);
  await bot.says(two, "short");
  const { chat, house } = await visits(page, two, one);
  await expect(chat.line("line 119")).toBeInViewport();
  await chat.log.evaluate((log) => (log.scrollTop = -1500));
  await expect(chat.jump).toBeVisible();
  const seen = () => chat.log.evaluate((log) => {
    const top = log.getBoundingClientRect().top;
    const row = [...log.querySelectorAll(".message")].find((row) => row.getBoundingClientRect().bottom > top + 50)!;
    return { words: row.textContent, top: Math.round(row.getBoundingClientRect().top - top) };
  });
  // Until pages have come and nothing moves.
  await expect.poll(async () => (await seen()).words).toContain("line");
  const before = await seen();
  await chat.text.fill("half a thou");
  await house.row(two).click();
  await expect(chat.line("short")).toBeInViewport();
  await expect(chat.text).toHaveValue("");
  await chat.text.fill("another");
  await house.row(one).click();
  await expect(chat.text).toHaveValue("half a thou");
  await expect.poll(async () => (await seen()).words).toBe(before.words);
  expect(Math.abs((await seen()).top - before.top)).toBeLessThanOrEqual(3);
  await expect(chat.jump).toBeVisible();
  await house.row(two).click();
  await expect(chat.text).toHaveValue("another");
  await bot.leave();
});

test("the switcher is led by the keyboard alone, in any case and script", async ({ page, server }) => {
  const [one, two, three] = [`Alpha${tag()}`, `龙井茶馆${tag()}`, `beta${tag()}`];
  const bot = await Bot.join(server.url);
  for (const group of [one, two, three]) await bot.says(group, `in ${group}`);
  const { chat, house } = await visits(page, one, two, three);
  await chat.text.focus();
  await page.keyboard.press("Control+k");
  await expect(house.filter).toBeFocused();
  await expect(house.options).toHaveCount(3);
  await page.keyboard.press("Escape");
  await expect(house.switcher).toBeHidden();
  await expect(chat.text).toBeFocused();
  await page.keyboard.press("Meta+k");
  await house.filter.pressSequentially("ALPH");
  await expect(house.options).toHaveText([new RegExp(one)]);
  await page.keyboard.press("Enter");
  await expect(chat.line(`in ${one}`)).toBeVisible();
  await expect(chat.text).toBeFocused();
  await page.keyboard.press("Control+k");
  await house.filter.fill("井茶");
  await expect(house.options).toHaveCount(1);
  // An input method's Enter chooses a word, not a group.
  await house.filter.evaluate((box) => box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", isComposing: true, bubbles: true })));
  await expect(house.switcher).toBeVisible();
  await house.filter.fill("no such");
  await expect(house.switcher.getByRole("status")).toHaveText("没有这样的群。");
  await page.keyboard.press("Enter");
  await expect(house.switcher).toBeVisible();
  await house.filter.fill("");
  await expect(house.options).toHaveCount(3);
  const second = (await house.options.nth(1).getAttribute("data-value"))!;
  await page.keyboard.press("ArrowDown");
  await expect(house.options.nth(1)).toHaveAttribute("aria-selected", "true");
  await expect(house.filter).toHaveAttribute("aria-activedescendant", "switch-1");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowUp");
  await expect(house.options.nth(2)).toHaveAttribute("aria-selected", "true");
  await house.options.nth(1).click();
  await expect(chat.line(`in ${second}`)).toBeVisible();
  await expect(house.switcher).toBeHidden();
  await bot.leave();
});

test("two people: a direct conversation has the other's name, and what they say is counted", async ({ visitor }) => {
  const [ann, bo] = [`ann${tag()}`, `bo${tag()}`];
  const [hers, his] = [await visitor(), await visitor({ locale: "en-GB" })];
  await signsUp(hers, ann);
  await signsUp(his, bo);
  const direct = await makes(hers, "/groups/direct", { people: bo });
  const her = await (await Chat.group(await hers.newPage(), direct)).connected();
  await expect(her.page.getByRole("heading", { level: 1 })).toHaveText(bo);
  await expect(her.page.getByRole("link", { name: "群资料" })).toHaveAttribute("href", `/groups/${direct}`);
  const him = await (await Chat.group(await his.newPage(), `lobby${tag()}`)).connected();
  const house = new House(him.page);
  await expect(house.row(direct)).toHaveText(new RegExp(ann));
  await her.says("晚上喝茶？");
  await expect(house.unread(direct)).toHaveText("1 unread");
  await expect(house.rows.first()).toHaveAttribute("data-value", direct);
  await house.row(direct).click();
  await expect(him.line("晚上喝茶？")).toBeVisible();
  await expect(him.page).toHaveTitle(ann);
  await him.says("Longjing");
  await expect(her.line("Longjing")).toBeVisible();
  await expect(new House(her.page).unread(direct)).toHaveCount(0);
});

test("a group that can be read no longer says so, leaves the list, and offers a way out", async ({ visitor }) => {
  const context = await visitor();
  const [owner, page] = [await visitor(), await context.newPage()];
  const [ann, bo] = [`ann${tag()}`, `bo${tag()}`];
  await signsUp(owner, ann);
  await signsUp(context, bo);
  const club = await makes(owner, "/groups/new", { name: "茶友会", about: "只谈茶", kind: "private" });
  await owner.request.post(`/groups/${club}/add`, { form: { add: bo } });
  const chat = await (await Chat.group(page, club)).connected();
  const house = new House(page);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("茶友会");
  await expect(page.locator(".chat-about")).toHaveText("只谈茶 · 2 位成员");
  await expect(house.row(club)).toBeVisible();
  await context.request.post(`/groups/${club}/leave`, { form: {} });
  await expect(page.getByRole("alert").filter({ hasText: "不能再看这个群" })).toBeVisible();
  await expect(chat.text).toBeHidden();
  await expect(house.row(club)).toHaveCount(0);
  await page.getByRole("link", { name: "回到群列表" }).click();
  await expect(page).toHaveURL(/\/chatgroup$/);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("群组内聊天");
});

test("who is signed out while a group is open is told, and nothing connects again", async ({ visitor }) => {
  const context = await visitor();
  await signsUp(context, `ann${tag()}`);
  const page = await context.newPage();
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const group = `out${tag()}`;
  const chat = await (await Chat.group(page, group)).connected();
  await context.request.post("/signout", { form: {} });
  const told = page.getByRole("alert").filter({ hasText: "登录已经失效" });
  await expect(told).toBeVisible();
  await expect(chat.text).toBeHidden();
  const way = told.getByRole("link", { name: "重新登录" });
  await expect(way).toHaveAttribute("href", /^\/signin\?next=\/chatgroup/);
  await page.evaluate(() => window.dispatchEvent(new Event("online")));
  await way.click();
  await expect(page).toHaveURL(/\/signin/);
  expect(sockets).toHaveLength(1);
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("the list is there and its links lead", async ({ page, server }) => {
    const group = `纸${tag()}`;
    const bot = await Bot.join(server.url);
    await bot.says(group, "写着");
    await page.goto(`/chatgroup?groupID=${encodeURIComponent(group)}`);
    await expect(new House(page).row(group)).toHaveAttribute("aria-current", "page");
    await bot.leave();
  });
});

test.describe("on a phone", () => {
  test.use({ viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true });

  test("the list is a view of its own, and going back leads to it", async ({ page, server }) => {
    const [one, two] = [`one${tag()}`, `two${tag()}`];
    const bot = await Bot.join(server.url);
    await bot.says(one, "一");
    await bot.says(two, "二");
    const { chat, house } = await visits(page, one, two);
    await expect(house.list).toBeHidden();
    await bot.says(one, "又一");
    const back = page.getByRole("link", { name: /^群列表/ });
    await expect(back.locator(".unread")).toHaveText("1 条未读");
    await back.click();
    await expect(page).toHaveURL(/\/chatgroup$/);
    await expect(house.unread(one)).toHaveText("1 条未读");
    await house.row(one).click();
    await expect(chat.line("又一")).toBeVisible();
    await expect(house.list).toBeHidden();
    await expect(page.getByRole("heading", { level: 1 })).toBeFocused();
    await expect(chat.text).toBeInViewport({ ratio: 1 });
    await page.goBack();
    await expect(house.list).toBeVisible();
    await expect(house.unread(one)).toHaveCount(0);
    await page.goForward();
    await expect(chat.line("又一")).toBeVisible();
    // The keyboard takes half of the window.
    await page.setViewportSize({ width: 360, height: 380 });
    await expect(chat.text).toBeInViewport({ ratio: 1 });
    await expect(chat.send).toBeInViewport({ ratio: 1 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await bot.leave();
  });
});
