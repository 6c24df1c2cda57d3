// One's own settings: what this device keeps, and what others see of a person.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { Chat, hydrated } from "../pages/chat";
import { Settings } from "../pages/settings";
import { expect, test } from "../pages/test";

const PHONE = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
const LIGHT = "rgb(247, 245, 239)";
const DARK = "rgb(20, 32, 27)";
const THEME = /^(主题|Theme)$/;
const TEXT = /^(字号|Text size)$/;
const TIME = /^(时间格式|Time format)$/;
const ENTER = /^(输入时按 Enter|While writing, Enter)$/;
const MOTION = /^(动画|Motion)$/;
const LANGUAGE = /^(语言|Language)$/;

const ground = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
const rem = (page: Page) => page.evaluate(() => parseFloat(getComputedStyle(document.documentElement).fontSize));
/** How far the page is wider than its window. */
const overflow = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

for (const [name, device] of [["desktop", {}], ["phone", PHONE]] as const) {
  test.describe(`on a ${name}`, () => {
    test.use(device);

    test("a theme is what was chosen, whatever the system has, on every page from the first paint", async ({ page }) => {
      await page.emulateMedia({ colorScheme: "light" });
      const settings = await Settings.open(page);
      expect(await ground(page)).toBe(LIGHT);
      await settings.choose([THEME, /深色/]);
      for (const address of ["/settings", "/", "/chatone", `/chatgroup?groupID=theme-${name}`]) {
        // Before any script: the document alone says it.
        await page.goto(address, { waitUntil: "commit" });
        await page.locator("body").waitFor();
        await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
        await page.waitForLoadState();
        expect(await ground(page), address).toBe(DARK);
        expect(await page.locator("meta[name=theme-color]").getAttribute("content")).toBe("#14201b");
      }
      await page.emulateMedia({ colorScheme: "dark" });
      await settings.page.goto("/settings");
      await settings.choose([THEME, /浅色/]);
      expect(await ground(page)).toBe(LIGHT);
      await settings.choose([THEME, /跟随系统/]);
      expect(await ground(page)).toBe(DARK);
      await page.emulateMedia({ colorScheme: "light" });
      expect(await ground(page)).toBe(LIGHT);
    });

    test("text is as large as was chosen, and the page still fits", async ({ page }) => {
      const settings = await Settings.open(page);
      for (const [size, px] of [[/^小$/, 14], [/^标准$/, 16], [/^大$/, 18.4], [/^特大$/, 20.8]] as const) {
        await settings.choose([TEXT, size]);
        expect(await rem(page)).toBeCloseTo(px, 1);
      }
      for (const address of ["/settings", "/", "/chatone", "/chatgroup", `/chatgroup?groupID=size-${name}`]) {
        await page.goto(address);
        expect(await rem(page), address).toBeCloseTo(20.8, 1);
        expect(await overflow(page), address).toBeLessThanOrEqual(0);
      }
    });

    test("whoever wants nothing to move sees nothing move", async ({ page }) => {
      await page.emulateMedia({ reducedMotion: "no-preference" });
      const moves = () =>
        page.evaluate(() =>
          [...document.querySelectorAll("*")].filter((element) =>
            [null, "::before", "::after"].some((part) => {
              const style = getComputedStyle(element, part);
              return style.animationName !== "none" || style.transitionDuration !== "0s";
            }),
          ).length,
        );
      await page.goto("/chatone");
      expect(await moves()).toBeGreaterThan(0);
      await (await Settings.open(page)).choose([MOTION, /关闭动画/]);
      expect(await moves()).toBe(0);
      await page.goto("/chatone");
      expect(await moves()).toBe(0);
    });

    test("twelve hours are written as each language writes them, in the chat and on the papers", async ({ visitor }) => {
      const context = await visitor({ ...device, timezoneId: "Asia/Shanghai" });
      const page = await context.newPage();
      const group = `clock-${name}`;
      const chat = await (await Chat.group(page, group)).connected();
      await chat.says("几点了");
      await expect(chat.line("几点了").locator(".message-time")).toHaveText(/^\d\d:\d\d$/);
      const settings = await Settings.open(page);
      await settings.choose([TIME, /12/]);
      await chat.open(`/chatgroup?groupID=${group}`);
      await expect(chat.line("几点了").locator(".message-time")).toHaveText(/^[上下]午 1?\d:\d\d$/);
      await page.goto("/me");
      await expect(page.locator("time").first()).toHaveText(/日 [上下]午 1?\d:\d\d$/);
      await settings.page.goto("/settings");
      await settings.choose([LANGUAGE, /English/]);
      await expect(page.locator("html")).toHaveAttribute("lang", "en");
      await chat.open(`/chatgroup?groupID=${group}`);
      await expect(chat.line("几点了").locator(".message-time")).toHaveText(/^1?\d:\d\d [AP]M$/);
      const room = await (await Chat.room(page)).connected();
      await room.says("what time is it");
      await expect(room.line("what time is it")).toHaveAttribute("data-at", /^1?\d:\d\d [AP]M$/);
    });

    test("Enter breaks the line and Ctrl+Enter sends, in both chats, once that was chosen", async ({ page }) => {
      await (await Settings.open(page)).choose([ENTER, /换行（/]);
      for (const address of ["/chatone", `/chatgroup?groupID=enter-${name}`]) {
        const chat = await (await new Chat(page).open(address)).connected();
        await expect(chat.text).toHaveAttribute("enterkeyhint", "enter");
        await expect(page.locator("#composer-hint")).toHaveText("Enter 换行，Ctrl 或 ⌘+Enter 发送");
        const before = await chat.page.locator(".line-text").count();
        await chat.text.pressSequentially("一");
        await chat.text.press("Enter");
        await chat.text.pressSequentially("二");
        await expect(chat.text).toHaveValue("一\n二");
        // An input method's own Enter, whatever is held with it.
        const taken = await chat.text.evaluate((box) => {
          const enter = { key: "Enter", ctrlKey: true, isComposing: true, bubbles: true, cancelable: true };
          return !box.dispatchEvent(new KeyboardEvent("keydown", enter));
        });
        expect(taken).toBe(false);
        await chat.text.press("Control+Enter");
        await expect(chat.text).toHaveValue("");
        await expect(page.locator(".line-text").nth(before)).toHaveText(/^一\s*二$/);
        await chat.text.pressSequentially("三");
        await chat.text.press("Meta+Enter");
        await expect(chat.text).toHaveValue("");
      }
    });

    test("a name and a colour are what others see", async ({ page, visitor }) => {
      const group = `colour-${name}`;
      const ann = await (await Chat.group(page, group)).connected();
      await ann.says("先前");
      await expect(ann.log.locator(".pending")).toHaveCount(0);
      const settings = await Settings.open(page);
      await settings.name(`紫砂${name}`);
      await settings.colour(/紫藤/);
      await expect(page.getByRole("radio", { name: "紫藤" })).toBeChecked();
      const bo = await (await Chat.group(await (await visitor(device)).newPage(), group)).connected();
      const said = bo.line("先前");
      await expect(said.locator(".message-author")).toHaveText(`紫砂${name}`);
      await expect(said.locator(".avatar")).toHaveClass("avatar avatar-6");
      await settings.colour(/松绿/);
      await ann.open(`/chatgroup?groupID=${group}`);
      await ann.connected();
      await bo.says("新的呢");
      await expect(ann.line("新的呢")).toBeVisible();
      await ann.says("在这里");
      await expect(bo.line("在这里").locator(".avatar")).toHaveClass("avatar avatar-3");
    });

    for (const locale of ["zh-CN", "en"]) {
      for (const colorScheme of ["light", "dark"] as const) {
        test(`the page has no violations and fits (${locale}, ${colorScheme})`, async ({ visitor }) => {
          const page = await (await visitor({ ...device, locale, colorScheme })).newPage();
          // Whoever looks is nobody, then somebody.
          for (const somebody of [false, true]) {
            if (somebody) await (await Chat.group(page, `axe-settings-${name}`)).connected();
            await Settings.open(page);
            const { violations } = await new AxeBuilder({ page }).analyze();
            expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
            expect(await overflow(page)).toBeLessThanOrEqual(0);
            // All at once: each look from outside takes its time.
            const low = await page.locator("main .choice, main button, .ways a, .foot a").evaluateAll((targets) =>
              targets.filter((target) => target.getBoundingClientRect().height < 44).map((target) => target.textContent),
            );
            expect(low).toEqual([]);
          }
        });
      }
    }

    test("the way there is found at once", async ({ page }) => {
      await page.goto("/chatgroup");
      await hydrated(page);
      await page.getByRole("navigation", { name: "我的群" }).getByRole("link", { name: "设置" }).click();
      await expect(page.getByRole("heading", { level: 1 })).toHaveText("设置");
      for (const address of ["/", "/groups"]) {
        await page.goto(address);
        await expect(page.getByRole("link", { name: "设置" }).first()).toBeVisible();
      }
    });
  });
}

test("moments are in UTC, and say so, until the browser has told its clock; then every page has it at once", async ({ visitor }) => {
  const context = await visitor({ timezoneId: "Asia/Kolkata", locale: "en" });
  const page = await context.newPage();
  // Somebody with a session, whom no script of ours has met yet.
  const form = { login: "offset", name: "offset", password: "warm oolong", again: "warm oolong" };
  expect((await context.request.post("/signup", { form, maxRedirects: 0 })).status()).toBe(303);
  await page.goto("/me");
  await expect(page.locator("time").first()).toHaveText(/ UTC$/);
  const chat = await (await Chat.group(page, "offset")).connected();
  await chat.says("chai");
  await expect(chat.log.locator(".pending")).toHaveCount(0);
  await page.goto("/me");
  await expect(page.locator("time").first()).toHaveText(/\d$/);
  // What the server wrote is what the browser would.
  const shown = await chat.open("/chatgroup?groupID=offset").then(() => chat.line("chai").locator(".message-time").innerText());
  const html = await (await context.request.get("/chatgroup?groupID=offset")).text();
  expect(html).toContain('data-offset="330"');
  expect(html).toContain(`>${shown}</time>`);
});
