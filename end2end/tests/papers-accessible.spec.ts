// axe on the pages without script: every one of them, light and dark, on a desk and on a phone, in both languages; and none
// is wider than the screen.
import type { Page } from "@playwright/test";
import { wrongs } from "../pages/axe";
import { type Founded, found } from "../pages/founded";
import { Server } from "../pages/server";
import { expect, test } from "../pages/test";

// The browser itself reports a page's 4xx as a console error.
test.use({ allowed: [/status of 4\d\d/] });

const LANGUAGES = ["zh-CN", "en"];

/** Visits one page after another and says what is wrong with each. */
async function walk(page: Page, language: string, papers: [path: string, status: number][]): Promise<void> {
  for (const [path, status] of papers) {
    await test.step(path, async () => {
      const response = await page.goto(path);
      expect.soft(response?.status(), path).toBe(status);
      expect.soft(await page.locator("html").getAttribute("lang"), path).toBe(language);
      expect.soft(await wrongs(page), path).toEqual([]);
    });
  }
}

const ofOwners = ({ open, closed, edits }: Founded): [string, number][] => [
  ["/groups", 200],
  ["/groups/nowhere", 404],
  [`/groups/${encodeURIComponent(open)}`, 200],
  [`/groups/${closed}`, 200],
  [edits, 200],
  ["/me", 200],
  ["/me?done=saved", 200],
  ["/admin", 200],
  ["/search", 200],
  [`/search?q=${encodeURIComponent("龙井")}`, 200],
  ["/search?q=nothing", 200],
  ["/search?q=in%3Anowhere", 200],
];

const ofNobodys = ({ invitation, open }: Founded): [string, number][] => [
  ["/signin", 200],
  ["/signup", 200],
  ["/groups", 200],
  [`/groups/${encodeURIComponent(open)}`, 200],
  ["/me", 401],
  ["/admin", 401],
  ["/search", 200],
  [invitation, 200],
  ["/invite/spent", 404],
];

for (const locale of LANGUAGES) {
  test(`no paper has a violation in ${locale}`, async ({ visitor }) => {
    test.setTimeout(300_000);
    const server = await Server.start(["--limits", "on"]);
    const nobody = await visitor({ baseURL: server.url, locale });
    const page = await nobody.newPage();
    await walk(page, locale, [[new URL(await server.firstLink()).pathname, 200]]);
    const founded = await found(server, visitor);
    await walk(page, locale, ofNobodys(founded));
    for (const who of [founded.owner, founded.member]) await who.addCookies([{ name: "lang", value: locale, url: server.url }]);
    const member = await founded.member.newPage();
    await walk(member, locale, [["/admin", 403], [founded.invitation, 200], [`/groups/${founded.closed}`, 200]]);
    await walk(await founded.owner.newPage(), locale, ofOwners(founded));

    await test.step("what a form answers", async () => {
      await page.goto("/signup");
      await page.getByRole("main").getByRole("button").click();
      expect.soft(await wrongs(page), "nothing typed").toEqual([]);
      await page.goto("/signin");
      const login = page.locator("[name=login]");
      for (let guess = 0; await login.isVisible(); guess++) {
        await login.fill("zhanggui");
        await page.locator("[name=password]").fill(`guess ${guess}`);
        await page.getByRole("main").getByRole("button").click();
        if (guess === 0) expect.soft(await wrongs(page), "a wrong password").toEqual([]);
      }
      await expect(page).toHaveURL(/signin/);
      expect.soft(await wrongs(page), "too many guesses").toEqual([]);
    });
    await server.remove();
  });
}
