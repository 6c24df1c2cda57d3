// axe on every page, light and dark, and a phone's screen.
import AxeBuilder from "@axe-core/playwright";
import { Chat, hydrated } from "../pages/chat";
import { expect, test } from "../pages/test";

const PAGES = ["/", "/chatone", "/chatgroup", "/chatgroup?groupID=axe"];
// The browser itself reports a page's 4xx as a console error.
const FAILED_PAGES = ["/chatgroup?groupID=a%20b", "/nothing-here"];

for (const colorScheme of ["light", "dark"] as const) {
  test.describe(`in ${colorScheme} colours`, () => {
    test.use({ colorScheme });

    for (const address of [...PAGES, ...FAILED_PAGES]) {
      test.describe(() => {
        test.use({ allowed: FAILED_PAGES.includes(address) ? [/status of 40[04]/] : [] });

        test(`${address} has no violations`, async ({ page }) => {
          await page.goto(address);
          await hydrated(page);
          if (address.startsWith("/chatone") || address.endsWith("axe")) {
            const chat = await new Chat(page).connected();
            await chat.says("你好");
            await expect(chat.line("你好").last()).toBeVisible();
          }
          const { violations } = await new AxeBuilder({ page }).analyze();
          expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
        });
      });
    }
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true });

  for (const address of PAGES) {
    test(`${address} fits, and everything can be hit with a thumb`, async ({ page }) => {
      await page.goto(address);
      await hydrated(page);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(width).toBeLessThanOrEqual(320);
      const targets = page.locator("main button:visible, main input:visible, main textarea:visible, main a:visible, header a:visible");
      for (const target of await targets.all()) {
        const box = await target.boundingBox();
        expect(box!.height, await target.innerText()).toBeGreaterThanOrEqual(44);
      }
    });
  }

  test("a message's menu fits, and everything in it can be hit with a thumb", async ({ page }) => {
    const group = await (await Chat.group(page, "thumb")).connected();
    await group.says("一句很长很长的话，".repeat(30));
    await expect(group.log.locator(".pending")).toHaveCount(0);
    await group.log.locator(".message-more").last().click();
    for (const target of await group.log.getByRole("button").all()) {
      const box = await target.boundingBox();
      expect(box!.height).toBeGreaterThanOrEqual(44);
      expect(box!.x + box!.width).toBeLessThanOrEqual(320);
    }
    await group.log.getByRole("button", { name: "回应 👍" }).click();
    await expect(group.log.getByRole("button", { name: "👍 1" })).toBeVisible();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  });

  test("one chats with the text box in reach", async ({ page }) => {
    const group = await (await Chat.group(page, "phone")).connected();
    await group.says("来自手机");
    await expect(group.words.last()).toHaveText("来自手机");
    await expect(group.text).toBeInViewport({ ratio: 1 });
    await expect(group.send).toBeInViewport({ ratio: 1 });
  });
});
