// Many people in one named place.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("two browsers in one group hear each other and themselves", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "两人")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "两人")).connected();
  await expect(ann.page.getByRole("heading", { level: 1 })).toHaveText("群组内聊天[ 群ID: 两人 ]");
  await expect(ann.text).toHaveAttribute("placeholder", "输入群聊内容");
  await ann.says("水开了");
  await expect(ann.words.last()).toHaveText("水开了");
  await expect(bo.words.last()).toHaveText("水开了");
  await bo.says("exit");
  await expect(ann.words.last()).toHaveText("exit");
  await expect(bo.state).toHaveAttribute("data-state", "open");
});

test("another group hears nothing", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "one")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "two")).connected();
  await ann.says("for one");
  await expect(ann.line("for one")).toBeVisible();
  await bo.says("for two");
  await expect(bo.words).toHaveText(["[连接成功!]", "for two"]);
});

test("who disconnects says so and hears no more", async ({ visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "leave")).connected();
  const bo = await (await Chat.group(await (await visitor()).newPage(), "leave")).connected();
  await bo.toggle.click();
  await expect(bo.lines.last()).toHaveText("[连接已断开!]");
  await ann.says("gone?");
  await expect(ann.line("gone?")).toBeVisible();
  await expect(bo.line("gone?")).toHaveCount(0);
});

test("without an id the page helps to choose one", async ({ page }) => {
  await page.goto("/chatgroup");
  await page.getByLabel("群号", { exact: true }).fill("茶馆2");
  await page.getByRole("button", { name: "进入群聊" }).click();
  await expect(page).toHaveURL(/groupID=%E8%8C%B6%E9%A6%862$/);
  await (new Chat(page)).connected();
});

test("a new group gets a name of its own", async ({ page }) => {
  await page.goto("/");
  await page.getByRole("link", { name: "新建一个群" }).click();
  await expect(page).toHaveURL(/groupID=[0-9a-f]{12}$/);
  await (new Chat(page)).connected();
});

test.describe(() => {
  // The browser itself reports a page's 4xx as a console error.
  test.use({ allowed: [/status of 400/] });

  test("an id that cannot be is explained and stays to be mended", async ({ page }) => {
    const response = await page.goto("/chatgroup?groupID=a%20b");
    expect(response?.status()).toBe(400);
    await expect(page.getByRole("alert")).toContainText("“a b”不能用作群号");
    await expect(page.getByLabel("群号", { exact: true })).toHaveValue("a b");
  });
});

test("the groups I was in are one click away", async ({ page }) => {
  await (await Chat.group(page, "常去")).connected();
  await page.goto("/");
  await page.getByRole("navigation", { name: "最近去过" }).getByRole("link", { name: "常去" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("群组内聊天[ 群ID: 常去 ]");
  await (new Chat(page)).connected();
});

test("going from one group to another inside the app leaves the first", async ({ page, visitor }) => {
  const moving = await (await Chat.group(page, "first")).connected();
  const watcher = await (await Chat.group(await (await visitor()).newPage(), "first")).connected();
  await page.getByRole("link", { name: "群组聊天" }).click();
  await page.getByRole("link", { name: "大厅" }).click();
  await moving.connected();
  await watcher.says("to the first");
  await expect(watcher.line("to the first")).toBeVisible();
  await moving.says("to the lobby");
  await expect(moving.words.last()).toHaveText("to the lobby");
  await expect(moving.line("to the first")).toHaveCount(0);
});
