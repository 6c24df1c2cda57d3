// What asks for attention: who is mentioned sees it apart, in a direct conversation one sees what was read, and a Chinese name
// is found by how it sounds. In both languages, at a desk and on a phone.
import AxeBuilder from "@axe-core/playwright";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { Bot } from "../pages/bot";
import { Chat, hydrated } from "../pages/chat";
import { House, makes, signsUp } from "../pages/house";
import { expect, test } from "../pages/test";

const tag = () => Math.random().toString(36).slice(2, 8);

const WORDS = {
  "zh-CN": { meant: "条与你有关", unread: "条未读", read: "已读", search: "搜索" },
  "en-GB": { meant: "for you", unread: "unread", read: "Read", search: "Search" },
} as const;
const LOCALES = Object.keys(WORDS) as (keyof typeof WORDS)[];

const SCREENS: Record<string, BrowserContextOptions> = {
  "at a desk": { viewport: { width: 1440, height: 900 } },
  "on a phone": { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true },
};

/** Opens groups one after the other; each is in the list for good. */
async function visits(page: Page, ...groups: string[]): Promise<House> {
  for (const group of groups) {
    await (await Chat.group(page, group)).connected();
    const known = async () => page.evaluate(async () => JSON.stringify(await (await fetch("/api/groups")).json()));
    await expect.poll(known).toContain(group);
  }
  return new House(page);
}

async function isAccessible(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ html }) => html) }))).toEqual([]);
}

for (const locale of LOCALES) {
  const words = WORDS[locale];

  test.describe(locale, () => {
    test.use({ locale });

    test("a mention is counted apart, comes first, and goes when it is read", async ({ page, server }) => {
      const [named, busy, open] = [`named${tag()}`, `busy${tag()}`, `open${tag()}`];
      const bot = await Bot.join(server.url);
      for (const group of [named, busy, open]) await bot.says(group, "水开了");
      const house = await visits(page, named, busy, open);
      const mentions = house.row(named).locator(".mentions");
      const me = await page.evaluate(
        async (group) => (await (await fetch(`/api/groups/${group}/people?q=`)).json()).people as { id: string; name: string }[],
        open,
      );
      const mine = me.find(({ name }) => name !== bot.name)!;
      await bot.says(named, `<@${mine.id}> 喝茶吗`);
      await expect(mentions).toContainText(`1 ${words.meant}`);
      await bot.says(busy, "一");
      await bot.says(busy, "`<@all>` 是代码");
      await expect(house.unread(busy)).toHaveText(`2 ${words.unread}`);
      await expect(house.row(busy).locator(".mentions")).toHaveCount(0);
      await expect(house.rows.first()).toHaveAttribute("data-value", named);
      await expect(page).toHaveTitle(/^\(@1\) /);
      await bot.says(named, "<@all> 三点");
      await bot.says(named, "还有座");
      await expect(mentions).toContainText(`@2 ${words.meant}`);
      await expect(house.unread(named)).toHaveText(`3 ${words.unread}`);
      await isAccessible(page);
      // The server counts the same.
      await page.reload();
      await hydrated(page);
      await expect(mentions).toContainText(`@2 ${words.meant}`);
      await expect(house.rows.first()).toHaveAttribute("data-value", named);
      await house.row(named).click();
      await expect(mentions).toHaveCount(0);
      await expect(house.unread(named)).toHaveCount(0);
      await expect(page).toHaveTitle(/^\(2\) /);
      await bot.leave();
    });

    for (const [where, screen] of Object.entries(SCREENS)) {
      test(`${where} one sees how far the other has read, and nothing moves for it`, async ({ visitor }) => {
        const [hers, his] = [await visitor({ locale, ...screen }), await visitor({ locale, ...screen })];
        const [ann, bo] = [`ann${tag()}`, `bo${tag()}`];
        await signsUp(hers, ann);
        await signsUp(his, bo);
        const direct = await makes(hers, "/groups/direct", { people: bo });
        const her = await (await Chat.group(await hers.newPage(), direct)).connected();
        await her.says("晚上喝茶？");
        await her.says("七点");
        await expect(her.line("七点")).toBeVisible();
        await expect(her.log.locator(".pending")).toHaveCount(0);
        const seen = her.log.locator(".seen");
        await expect(seen).toHaveCount(0);
        // A row that is being painted anew has no place for a moment.
        const place = async (words: string) => (await her.line(words).boundingBox())?.y ?? NaN;
        const before = [await place("晚上喝茶？"), await place("七点")];
        const him = await (await Chat.group(await his.newPage(), direct)).connected();
        await expect(seen).toHaveText(words.read);
        await expect.poll(async () => [await place("晚上喝茶？"), await place("七点")]).toEqual(before);
        await expect(seen).toHaveAttribute("aria-live", "off");
        // Under what was read, above what was not.
        const under = async (words: string) => ((await seen.boundingBox())?.y ?? NaN) - (await place(words));
        await expect.poll(() => under("七点")).toBeGreaterThan(0);
        await him.says("好");
        await expect(her.line("好")).toBeVisible();
        await expect(him.log.locator(".seen")).toHaveText(words.read);
        await her.says("龙井");
        await expect.poll(() => under("龙井")).toBeGreaterThan(0);
        await expect(seen).toHaveCount(1);
        await isAccessible(her.page);
        // Whoever comes back is told again.
        await her.page.reload();
        await hydrated(her.page);
        await expect(seen).toHaveText(words.read);
        expect(await her.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(screen.viewport!.width);
      });
    }

    test("the switcher finds a Chinese name by pinyin, and from the list one searches the open group", async ({ page, server }) => {
      const [tea, other] = [`龙井茶馆${tag()}`, `other${tag()}`];
      const bot = await Bot.join(server.url);
      await bot.says(tea, "水开了");
      await bot.says(other, "水没开");
      const house = await visits(page, tea, other);
      await page.keyboard.press("Control+k");
      for (const typed of ["longjing", "LJCG", "jingcha", "龙井"]) {
        await house.filter.fill(typed);
        await expect(house.options).toHaveCount(1);
        await expect(house.options).toHaveAttribute("data-value", tea);
      }
      await house.filter.fill("jl");
      await expect(house.options).toHaveCount(0);
      await house.filter.fill("ljcg");
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(new RegExp(encodeURIComponent(tea)));
      const search = house.list.getByRole("link", { name: words.search });
      await search.focus();
      await page.keyboard.press("Enter");
      await expect(page).toHaveURL(/\/search\?q=in:/);
      await expect(page.getByRole("searchbox")).toHaveValue(`in:${tea} `);
      await expect(page.getByText("水开了")).toBeVisible();
      await bot.leave();
    });
  });
}

test("on a phone the way back to the list says that something is meant for one", async ({ visitor, server }) => {
  const page = await (await visitor(SCREENS["on a phone"])).newPage();
  const [one, two] = [`one${tag()}`, `two${tag()}`];
  const bot = await Bot.join(server.url);
  await bot.says(one, "水开了");
  await bot.says(two, "茶好了");
  const house = await visits(page, one, two);
  const back = page.getByRole("link", { name: /^群列表/ });
  await bot.says(one, "一");
  await expect(back.locator(".unread")).toHaveText("1 条未读");
  await bot.says(one, "<@all> 来");
  await expect(back.locator(".unread")).toHaveText("@1 条与你有关");
  await back.click();
  await expect(house.row(one).locator(".mentions")).toContainText("@1 条与你有关");
  await isAccessible(page);
  await bot.leave();
});
