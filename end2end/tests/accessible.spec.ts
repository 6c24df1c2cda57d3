// axe on every page, light and dark, and a phone's screen.
import AxeBuilder from "@axe-core/playwright";
import { wrongs } from "../pages/axe";
import { Chat, hydrated } from "../pages/chat";
import { found } from "../pages/founded";
import { House } from "../pages/house";
import { Server } from "../pages/server";
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

for (const locale of ["zh-CN", "en"]) {
  test(`a conversation with all that opens in it has no violations in ${locale}`, async ({ visitor }) => {
    test.setTimeout(180_000);
    const server = await Server.start();
    const { owner, open } = await found(server, visitor);
    await owner.addCookies([{ name: "lang", value: locale, url: server.url }]);
    const chat = await (await Chat.group(await owner.newPage(), open)).connected();
    const sees = async (what: string) => test.step(what, async () => expect.soft(await wrongs(chat.page), what).toEqual([]));
    await sees("every kind of row");
    await chat.menu("水开了");
    await sees("a message's menu");
    await chat.log.getByRole("button", { name: /^(回复|Reply)$/ }).click();
    await chat.text.fill("@王");
    await chat.page.getByRole("option").first().waitFor();
    await sees("an answer that names somebody");
    await chat.text.fill("");
    await chat.page.getByRole("button", { name: /^(表情|Emoji)$/ }).click();
    await sees("the emoji");
    await chat.page.keyboard.press("Escape");
    await chat.page.keyboard.press("Control+k");
    await new House(chat.page).options.first().waitFor();
    await sees("the switcher");
    await chat.page.keyboard.press("Escape");
    await chat.toggle.click();
    await sees("without a connection");
    await chat.page.goto("/chatgroup");
    await hydrated(chat.page);
    await sees("the list alone");
    await chat.page.close();
    await server.remove();
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
