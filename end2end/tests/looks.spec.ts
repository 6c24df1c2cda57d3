// The main views as pictures: on a phone and on a desk, light and dark. A look that changes on purpose is kept anew by
// `make looks`. The server's clock stands still, names and texts are the same each time (pages/founded.ts).
import type { Page } from "@playwright/test";
import { Chat, hydrated } from "../pages/chat";
import { type Founded, found } from "../pages/founded";
import { Server, stoppedClock } from "../pages/server";
import { expect, test } from "../pages/test";

// The browser itself reports a page's 4xx as a console error.
test.use({ allowed: [/status of 404/], actionTimeout: 15_000 });

const SCREENS = {
  phone: { viewport: { width: 360, height: 740 }, isMobile: true, hasTouch: true },
  desk: { viewport: { width: 1440, height: 900 } },
};

type View = (page: Page, founded: Founded) => Promise<unknown>;

const opens = (path: string): View => async (page) => {
  await page.goto(path);
};

const comesAlive = (path: string): View => async (page) => {
  await page.goto(path);
  await hydrated(page);
};

const VIEWS: Record<string, View> = {
  home: comesAlive("/"),
  choose: comesAlive("/chatgroup"),
  room: async (page) => {
    const chat = await (await Chat.room(page)).connected();
    await chat.says("水开了");
    await chat.line("水开了").waitFor();
  },
  group: async (page, { open }) => {
    const chat = await (await Chat.group(page, open)).connected();
    await page.getByText(/^(1 人在线|1 here)$/).waitFor();
    await chat.line("那就来一壶").waitFor();
  },
  "group-top": async (page, { open }) => {
    const chat = await (await Chat.group(page, open)).connected();
    await page.getByText(/^(1 人在线|1 here)$/).waitFor();
    await chat.log.evaluate((log) => log.scrollTo({ top: -log.scrollHeight }));
    await expect(chat.line("水开了").first()).toBeInViewport();
  },
  menu: async (page, { open }) => {
    const chat = await (await Chat.group(page, open)).connected();
    await page.getByText(/^(1 人在线|1 here)$/).waitFor();
    await chat.menu("🍵🫖");
  },
  search: opens(`/search?q=${encodeURIComponent("喝")}`),
  signin: opens("/signin"),
  manage: async (page, { open }) => page.goto(`/groups/${encodeURIComponent(open)}`),
  nothing: comesAlive("/nothing-here"),
};
const IN_ENGLISH = ["home", "group"];

for (const colorScheme of ["light", "dark"] as const) {
  test(`every view looks as it did, ${colorScheme}`, async ({ visitor }) => {
    test.setTimeout(300_000);
    const server = await Server.start([], stoppedClock("2026-01-31 10:24:00"));
    const founded = await found(server, visitor);
    const { cookies } = await founded.owner.storageState();
    for (const [screen, sizes] of Object.entries(SCREENS)) {
      for (const locale of ["zh-CN", "en"]) {
        // pages/looks.css comes into the page as no style of ours may.
        const look = { ...sizes, deviceScaleFactor: 1, timezoneId: "UTC", colorScheme, bypassCSP: true };
        const context = await visitor({ baseURL: server.url, locale, storageState: { cookies, origins: [] }, ...look });
        const page = await context.newPage();
        for (const [name, show] of Object.entries(VIEWS)) {
          if (locale === "en" && (!IN_ENGLISH.includes(name) || colorScheme === "dark")) continue;
          await test.step(`${name}, ${screen}, ${locale}`, async () => {
            await show(page, founded);
            const picture = [name, screen, colorScheme, ...(locale === "en" ? ["en"] : [])].join("-");
            await expect.soft(page).toHaveScreenshot(`${picture}.png`);
          });
        }
        await context.close();
      }
    }
    await server.remove();
  });
}
