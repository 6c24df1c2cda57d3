// What is pinned, for whom, and what leads there; and from a date to what was said then.
import AxeBuilder from "@axe-core/playwright";
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

    test("what one pins the other sees at once, follows and unpins", async ({ page, visitor, baseURL }) => {
      const group = `pins-${name}`;
      const bot = await Bot.join(baseURL ?? "");
      const old = await bot.says(group, "四点**喝茶**");
      await bot.fills(group, 60);
      const bo = await (await Chat.group(await (await visitor({ locale: "en-GB" })).newPage(), group)).connected();
      const ann = await (await new Chat(page).open(`/chatgroup?groupID=${group}&message=${old.change.message}`)).connected();
      await expect(ann.pins).toBeHidden();
      await ann.act("四点喝茶", "置顶");
      await expect(ann.line("四点喝茶").locator(".message-edited")).toContainText("已置顶");
      await expect(bo.pins.locator("summary")).toContainText("四点喝茶");
      await expect(bo.pins.locator("summary")).toContainText("1 pinned");
      // It is not in Bo's document: he gets there without leaving the page.
      await expect(bo.line("四点喝茶")).toHaveCount(0);
      await bo.text.fill("half a sentence");
      await bo.pins.locator("summary").click();
      await bo.pins.getByRole("link").click();
      await expect(bo.log.locator("[aria-current]")).toContainText("四点喝茶");
      await expect(bo.log.locator("[aria-current]")).toBeInViewport();
      await expect(bo.log.locator("[aria-current]")).toBeFocused();
      await expect(bo.pins).not.toHaveAttribute("open");
      await expect(bo.text).toHaveValue("half a sentence");
      await expect(bo.line("四点喝茶").locator(".message-edited")).toContainText("Pinned");
      await bo.act("四点喝茶", "Unpin");
      await expect(ann.pins).toBeHidden();
      await expect(bo.pins).toBeHidden();
      await expect(ann.line("四点喝茶").locator(".message-edited")).toHaveCount(0);
      await bot.leave();
    });

    test("the latest pin stands first, an edit shows in it, and a deleted message is none", async ({ page, visitor }) => {
      const group = `order-${name}`;
      const bo = await (await Chat.group(await (await visitor()).newPage(), group)).connected();
      const ann = await (await Chat.group(page, group)).connected();
      for (const words of ["第一", "第二"]) {
        await ann.says(words);
        await expect(ann.log.locator(".pending")).toHaveCount(0);
        await ann.act(words, "置顶");
      }
      await expect(bo.pins.locator("summary")).toContainText("第二");
      await expect(bo.pins.locator("summary")).toContainText("2 条置顶");
      await bo.pins.locator("summary").click();
      await expect(bo.pins.getByRole("listitem")).toContainText(["第二", "第一"]);
      await ann.act("第二", "编辑");
      await ann.text.fill("第二，改过");
      await ann.text.press("Enter");
      await expect(bo.pins.getByRole("listitem").first()).toContainText("第二，改过");
      await expect(bo.pins, "it stays open").toHaveAttribute("open");
      await ann.menu("第二，改过");
      await ann.log.getByRole("button", { name: "删除", exact: true }).click();
      await ann.log.getByRole("button", { name: "确定删除？" }).click();
      await expect(bo.pins.locator("summary")).toContainText("1 条置顶");
      await expect(bo.pins.locator("summary")).toContainText("第一");
      await bo.page.reload();
      await expect(bo.pins.locator("summary")).toContainText("第一");
    });

    test("a date leads there and back, and one that leads nowhere says so", async ({ browser }) => {
      const server = await Server.start();
      const bot = await Bot.join(server.url);
      await bot.fills("days", 180);
      await bot.leave();
      await server.down();
      // Twenty a day, each at 18:00 UTC: in Shanghai that is the next day already.
      server.sql("UPDATE messages SET at = 1767290400000 + ((n - 1) / 20) * 86400000 WHERE grp = 'days'");
      await server.up();
      const context = await browser.newContext({ baseURL: server.url, ...options, locale: "zh-CN", timezoneId: "Asia/Shanghai" });
      const chat = await (await Chat.group(await context.newPage(), "days")).connected();
      await chat.text.fill("说到一半");
      const address = chat.page.url();
      for (const [day, line] of [["2026-01-03", "line 20"], ["2026-01-08", "line 120"], ["2025-12-24", "line 0"]] as const) {
        await chat.toDate(day);
        const marked = chat.log.locator("[aria-current]");
        await expect(marked.locator(".line-text")).toHaveText(line);
        await expect(marked).toBeInViewport();
        await expect(marked).toBeFocused();
        await expect(chat.page.getByText("这一天以及之后还没有消息")).toBeHidden();
      }
      await expect(chat.log.locator(".mark-day").first()).toHaveText("2026年1月2日");
      await chat.toDate("2026-02-01");
      await expect(chat.page.getByText("这一天以及之后还没有消息")).toBeVisible();
      await expect(chat.line("line 179")).toBeInViewport();
      await expect(chat.text).toHaveValue("说到一半");
      expect(chat.page.url()).toBe(address);
      await context.close();
      await server.remove();
    });
  });
}

test("pins are reached and closed by keyboard", async ({ page }) => {
  const chat = await (await Chat.group(page, "pins-keys")).connected();
  await chat.says("按键可达");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await chat.log.focus();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await chat.log.getByRole("button", { name: "置顶", exact: true }).press("Enter");
  const summary = chat.pins.locator("summary");
  await expect(summary).toBeVisible();
  await summary.focus();
  await page.keyboard.press("Enter");
  await expect(chat.pins.getByRole("link")).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(chat.pins.getByRole("link")).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(chat.pins.getByRole("link")).toBeHidden();
  await expect(summary).toBeFocused();
  await page.locator(".to-date summary").focus();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("日期", { exact: true })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByLabel("日期", { exact: true })).toBeHidden();
});

test("who was away sees what was pinned meanwhile", async ({ page, visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "pins-away")).connected();
  await ann.says("会议改到三点");
  await expect(ann.log.locator(".pending")).toHaveCount(0);
  const bo = await (await Chat.group(page, "pins-away")).connected();
  await bo.toggle.click();
  await ann.act("会议改到三点", "置顶");
  await expect(ann.line("会议改到三点").locator(".message-edited")).toBeVisible();
  await bo.toggle.click();
  await expect(bo.pins.locator("summary")).toContainText("会议改到三点");
});

test("coming to a group inside the app shows its pins, and coming back too", async ({ page, visitor }) => {
  const ann = await (await Chat.group(await (await visitor()).newPage(), "pins-there")).connected();
  await ann.says("请先看这里");
  await expect(ann.log.locator(".pending")).toHaveCount(0);
  await ann.act("请先看这里", "置顶");
  await (await Chat.group(page, "pins-there")).connected();
  // A group is somebody's once the server knows that they have read there.
  const known = async () => page.evaluate(async () => JSON.stringify(await (await fetch("/api/groups")).json()));
  await expect.poll(known).toContain("pins-there");
  const bo = await (await Chat.group(page, "pins-other")).connected();
  await expect(bo.pins).toBeHidden();
  const row = (group: string) => page.locator(`.groups [data-value="${group}"]`);
  await row("pins-there").click();
  await expect(bo.pins.locator("summary")).toContainText("请先看这里");
  await row("pins-other").click();
  await expect(bo.pins).toBeHidden();
  await ann.act("请先看这里", "取消置顶");
  await expect(ann.pins).toBeHidden();
  await row("pins-there").click();
  await expect(bo.line("请先看这里")).toBeVisible();
  await expect(bo.pins).toBeHidden();
});

test.describe("without JavaScript", () => {
  test.use({ javaScriptEnabled: false });

  test("pins can be read and followed, and so can dates", async ({ page, visitor }) => {
    const ann = await (await Chat.group(await (await visitor({ javaScriptEnabled: true })).newPage(), "pins-paper")).connected();
    await ann.says("贴在墙上");
    await expect(ann.log.locator(".pending")).toHaveCount(0);
    await ann.act("贴在墙上", "置顶");
    await expect(ann.pins).toBeVisible();
    await page.goto("/chatgroup?groupID=pins-paper");
    const pins = page.locator("#pins");
    await expect(pins.locator("summary")).toContainText("贴在墙上");
    await pins.locator("summary").click();
    await pins.getByRole("link").click();
    await expect(page).toHaveURL(/groupID=pins-paper&message=/);
    await expect(page.locator("[aria-current=true].message")).toContainText("贴在墙上");
    await page.locator(".to-date summary").click();
    await page.getByLabel("日期", { exact: true }).fill("2020-01-01");
    await page.getByRole("button", { name: "跳转" }).click();
    await expect(page).toHaveURL(/groupID=pins-paper&date=2020-01-01$/);
    await expect(page.locator("[aria-current=true].message")).toContainText("贴在墙上");
    await page.goto("/chatgroup?groupID=pins-paper&date=2999-12-31");
    await expect(page.getByText("这一天以及之后还没有消息")).toBeVisible();
    await expect(page.getByText("贴在墙上").last()).toBeVisible();
    await page.goto("/lang/en?next=/");
    await page.goto("/chatgroup?groupID=pins-paper&date=2999-12-31");
    await expect(page.getByText("Nothing was said on that day or later")).toBeVisible();
  });

  test.describe("a date that is none", () => {
    test.use({ allowed: [/status of 400/] });

    test("is answered, and nothing is lost", async ({ page, baseURL }) => {
      const bot = await Bot.join(baseURL ?? "");
      await bot.says("no-date", "还在这里");
      await bot.leave();
      const answer = await page.goto("/chatgroup?groupID=no-date&date=2026-02-30");
      expect(answer?.status()).toBe(400);
      await expect(page.getByText("这不是一个日期")).toBeVisible();
      await expect(page.getByText("还在这里")).toBeVisible();
    });
  });
});

test.describe("as it looks", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    for (const [locale, go, date] of [
      ["zh-CN", "置顶", "跳到日期"],
      ["en-GB", "Pin", "Jump to date"],
    ] as const) {
      for (const [width, height] of [[360, 740], [1440, 900]] as const) {
        test(`the bar looks right: ${locale}, ${colorScheme}, ${width}`, async ({ visitor, baseURL }, info) => {
          const group = `look-${locale}-${colorScheme}-${width}`;
          const bot = await Bot.join(baseURL ?? "");
          await bot.fills(group, 12);
          await bot.leave();
          const context = await visitor({ locale, colorScheme, viewport: { width, height }, hasTouch: width < 600, isMobile: width < 600 });
          const chat = await (await Chat.group(await context.newPage(), group)).connected();
          for (const words of ["水开了，今天下午三点开会，地点在二楼的大会议室，请大家准时到，不要忘记带上各自的杯子和茶叶。", "Short one"]) {
            await chat.says(words);
            await expect(chat.log.locator(".pending")).toHaveCount(0);
            await chat.act(words, go);
            await expect(chat.pins.locator("summary")).toContainText(words.slice(0, 8));
          }
          const picture = (name: string) => chat.page.screenshot({ path: `${info.outputDir}/${name}.png` });
          await picture("bar");
          await chat.pins.locator("summary").click();
          await picture("list");
          const axe = async () => (await new AxeBuilder({ page: chat.page }).analyze()).violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }));
          expect(await axe()).toEqual([]);
          await chat.page.keyboard.press("Escape");
          await chat.page.getByText(date, { exact: true }).click();
          await picture("date");
          expect(await axe()).toEqual([]);
          const wide = await chat.page.evaluate(() => document.documentElement.scrollWidth);
          expect(wide).toBeLessThanOrEqual(width);
          for (const target of await chat.page.locator(".pins summary, .to-date summary, .to-date-form input:visible, .to-date-form button").all()) {
            const box = (await target.boundingBox())!;
            expect(box.x).toBeGreaterThanOrEqual(0);
            expect(box.x + box.width).toBeLessThanOrEqual(width);
            if (width < 600) expect(box.height).toBeGreaterThanOrEqual(44);
          }
          await chat.page.getByRole("button", { name: /^(跳转|Go)$/ }).press("Escape");
          await chat.toDate("2099-01-01");
          await expect(chat.notice).not.toBeEmpty();
          await picture("late");
        });
      }
    }
  }
});
