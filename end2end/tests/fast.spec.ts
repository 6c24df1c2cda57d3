// How much a page spends on what others say. Counts are promised here; times are printed, and bounded only so that a page
// that no longer keeps up is found: `long.spec` says what a page holds, `groups.spec` how fast one switches.
import type { Locator, Page } from "@playwright/test";
import { Chat } from "../pages/chat";
import { Costs, type Spent, told } from "../pages/costs";
import { Talkers } from "../pages/talkers";
import { expect, test } from "../pages/test";

const tag = () => Math.random().toString(36).slice(2, 8);
/** What is aimed at, on a machine that does nothing else; a test fails at three times that. */
const [LONGEST_TASK_MS, PRESS_TO_PAINT_MS, SLACK] = [50, 100, 3];
/** Layouts that a burst may cost besides: once a second the number is told that is read aloud, perhaps in a frame of its own, and goes. */
const BESIDES = 2;

// Watching for a trace would be measured too; and each test has the machine for itself, as far as this file goes.
test.use({ trace: "off" });
test.describe.configure({ mode: "default" });

test("a thousand messages that come at once cost a layout for each frame in which some came, and no more rows than are in sight and around", async ({ page, server }) => {
  const group = `burst${tag()}`;
  const costs = await Costs.of(page);
  const chat = await (await Chat.group(page, group)).connected();
  const talkers = await Talkers.enter(server.url, group, 4);
  talkers.burst(200);
  await expect(drawn(chat, 200)).toBeInViewport();
  const rows = await chat.log.locator("li").count();
  const newest = async () => (await (await page.request.get(`/api/groups/${group}/messages?limit=1`)).json()).seq;
  const layouts = [];
  // Three times: what the machine does besides may keep some of them from coming at once.
  for (let time = 0; time < 3; time += 1) {
    const spent = await costs.during(async () => {
      await costs.held(async () => {
        talkers.burst(1_000);
        await expect.poll(newest).toBe(talkers.said);
      });
      await comes(page, talkers.said);
    });
    await expect(drawn(chat, talkers.said)).toBeInViewport();
    // Times would tell of the pause, which is a task of the page's too.
    console.log(`at once: 1000 messages, ${spent.frames} frames, in ${spent.arrivals} of which some came, ${spent.layouts} layouts, ${spent.styles} style passes`);
    expect(spent.layouts).toBeLessThanOrEqual(spent.arrivals + BESIDES);
    layouts.push(spent.layouts);
  }
  expect(Math.min(...layouts)).toBeLessThanOrEqual(8);
  expect(Math.abs((await chat.log.locator("li").count()) - rows)).toBeLessThan(40);
  talkers.leave();
});

test("a thousand messages that came before the browser drew cost one layout", async ({ page, server }) => {
  const group = `heap${tag()}`;
  await page.addInitScript(gather);
  const costs = await Costs.of(page);
  const chat = await (await Chat.group(page, group)).connected();
  const talkers = await Talkers.enter(server.url, group, 4);
  talkers.burst(200);
  await expect(drawn(chat, 200)).toBeInViewport();
  const layouts = [];
  for (let time = 0; time < 3; time += 1) {
    await page.evaluate(() => (window as unknown as Gathers).gather(true));
    talkers.burst(1_000);
    const last = () => page.evaluate(() => (window as unknown as Gathers).gathered());
    await expect.poll(last).toContain(`"seq":${talkers.said},`);
    const spent = await costs.during(async () => {
      await page.evaluate(() => (window as unknown as Gathers).gather(false));
      await comes(page, talkers.said);
    });
    await expect(drawn(chat, talkers.said)).toBeInViewport();
    console.log(told("before a frame", 1_000, spent));
    expect(spent.layouts).toBeLessThanOrEqual(1 + BESIDES);
    layouts.push(spent.layouts);
  }
  expect(Math.min(...layouts)).toBe(1);
  talkers.leave();
});

for (const where of ["at the end", "further up"] as const) {
  test(`two hundred messages a second, read ${where}, keep nobody waiting`, async ({ page, server }) => {
    const group = `flow${tag()}`;
    const costs = await Costs.of(page);
    const chat = await (await Chat.group(page, group)).connected();
    const talkers = await Talkers.enter(server.url, group, 4);
    talkers.burst(400);
    await expect(drawn(chat, 400)).toBeInViewport();
    if (where === "further up") {
      await chat.log.evaluate((log) => (log.scrollTop = -4000));
      await expect(chat.jump).toBeVisible();
    }
    const rows = () => chat.log.locator("li").evaluateAll((rows) => rows.map((row) => row.textContent));
    let before = await rows();
    // What is drawn is measured, and may turn out to be a row too many.
    await expect
      .poll(async () => {
        const [then, now] = [before, await rows()];
        before = now;
        return now.join("\n") === then.join("\n");
      })
      .toBe(true);
    // Fewer than are kept loaded, all in all: the button counts those.
    const [rate, forMs] = [200, 7_000];
    const spent = await costs.during(async () => {
      let over = false;
      const pressing = presses(page, () => over);
      await talkers.talks(rate, forMs);
      over = true;
      await pressing;
      if (where === "at the end") await expect(drawn(chat, talkers.said)).toBeInViewport();
      else await expect(chat.jump).toContainText(`${(rate * forMs) / 1000} `);
    });
    console.log(told(where, (rate * forMs) / 1000, spent));
    if (where === "further up") expect(await rows()).toEqual(before);
    // One application a frame, with one look at what it drew.
    expect(spent.layouts).toBeLessThanOrEqual(spent.frames * 2.5 + 50);
    keepsUp(spent);
    talkers.leave();
  });
}

test("who has the log read aloud hears of many messages once a second how many they were", async ({ page, server }) => {
  const group = `aloud${tag()}`;
  const chat = await (await Chat.group(page, group)).connected();
  const talkers = await Talkers.enter(server.url, group, 2);
  await expect(chat.log).toHaveAttribute("aria-live", "polite");
  const summary = page.locator(".log-frame").getByRole("status");
  await summary.evaluate((summary) => {
    const said: string[] = ((window as unknown as { said: string[] }).said = []);
    new MutationObserver(() => said.push(summary.textContent)).observe(summary, { characterData: true, childList: true, subtree: true });
  });
  await talkers.talks(50, 3_000);
  await expect(chat.log).toHaveAttribute("aria-live", "off");
  await expect(chat.log).toHaveAttribute("aria-live", "polite");
  await expect(summary).toBeEmpty();
  const said = await page.evaluate(() => (window as unknown as { said: string[] }).said);
  const numbers = said.filter(Boolean).map((words) => Number(/^(\d+) 条新消息$/.exec(words)?.[1]));
  // At most once for each second that it took, and the one in which it ended. A number that came twice in a row is one change.
  expect(numbers.length).toBeLessThanOrEqual(5);
  expect(numbers.every((number) => number > 0)).toBe(true);
  talkers.burst(1);
  await expect(drawn(chat, talkers.said)).toBeVisible();
  await expect(summary).toBeEmpty();
  talkers.leave();
});

test("in a tab that nobody sees, what is said is counted, and drawn when somebody looks", async ({ page, server }) => {
  const group = `unseen${tag()}`;
  await page.addInitScript(darken);
  const chat = await (await Chat.group(page, group)).connected();
  const talkers = await Talkers.enter(server.url, group, 2);
  talkers.burst(1);
  await expect(drawn(chat, 1)).toBeVisible();
  await page.evaluate(() => (window as unknown as Dark).dark(true, true));
  talkers.burst(120);
  await expect(page).toHaveTitle(/^\(99\+\) /);
  await expect(drawn(chat, talkers.said)).toHaveCount(0);
  await page.evaluate(() => (window as unknown as Dark).dark(false, true));
  await expect(drawn(chat, talkers.said)).toBeInViewport();
  talkers.leave();
});

test("where the browser draws no frames, what is said comes all the same", async ({ page, server }) => {
  const group = `still${tag()}`;
  await page.addInitScript(darken);
  const chat = await (await Chat.group(page, group)).connected();
  const talkers = await Talkers.enter(server.url, group, 2);
  await page.evaluate(() => (window as unknown as Dark).dark(false, false));
  talkers.burst(300);
  await expect(drawn(chat, talkers.said)).toBeAttached();
  await page.evaluate(() => (window as unknown as Dark).dark(false, true));
  await expect(drawn(chat, talkers.said)).toBeInViewport();
  talkers.leave();
});

/** Keeps what comes from the page, and then lets it have all of it at once. */
interface Gathers {
  gather(on: boolean): void;
  /** Which events came last; who is here may be told after them. */
  gathered(): string;
}

/** Runs in the page: what comes over its sockets can wait. */
function gather(): void {
  let [waits, last, on] = [[] as (() => void)[], "", false];
  const listen = WebSocket.prototype.addEventListener;
  WebSocket.prototype.addEventListener = function (this: WebSocket, kind: string, then: EventListener, options?: AddEventListenerOptions) {
    const hears = (event: Event) => {
      if (!on) return then.call(this, event);
      const said = String((event as MessageEvent).data);
      if (said.includes(`"type":"events"`)) last = said;
      waits.push(() => then.call(this, event));
    };
    listen.call(this, kind, kind === "message" ? hears : then, options);
  } as typeof listen;
  Object.assign(window, {
    gathered: () => last,
    gather: (gathers: boolean) => {
      on = gathers;
      if (!on) waits.splice(0).forEach((hear) => hear());
    },
  } satisfies Gathers);
}

/** Waits for a message and nothing else: Playwright's own looks cost layouts. */
async function comes(page: Page, seq: number): Promise<void> {
  await page.waitForFunction((seq) => document.querySelector(`[data-seq="${seq}"]`), seq, { polling: "raf" });
}

/** Says whether the tab is hidden, and whether frames are drawn where it is not. */
interface Dark {
  dark(hidden: boolean, draws: boolean): void;
}

/** Runs in the page: a tab can be hidden, and a browser draw no frames. */
function darken(): void {
  let [hidden, drawn] = [false, true];
  const waits: FrameRequestCallback[] = [];
  const draw = window.requestAnimationFrame.bind(window);
  Object.defineProperty(document, "hidden", { get: () => hidden });
  window.requestAnimationFrame = (then) => (drawn && !hidden ? draw(then) : waits.push(then));
  (window as unknown as Dark).dark = (isHidden, draws) => {
    [hidden, drawn] = [isHidden, draws];
    document.dispatchEvent(new Event("visibilitychange"));
    if (drawn && !hidden) waits.splice(0).forEach(draw);
  };
}

function keepsUp({ longTasks, presses }: Spent): void {
  expect(presses.length).toBeGreaterThan(10);
  expect(Math.max(0, ...longTasks)).toBeLessThan(LONGEST_TASK_MS * SLACK);
  expect(Math.max(0, ...presses)).toBeLessThan(PRESS_TO_PAINT_MS * SLACK);
}

/** The message with a number, if it is in the document. */
function drawn(chat: Chat, seq: number): Locator {
  return chat.log.locator(".message", { has: chat.page.locator(`[data-seq="${seq}"]`) });
}

/** A key in the text box time and again, and now and then a button. */
async function presses(page: Page, over: () => boolean): Promise<void> {
  const [text, button] = [page.locator("#text"), page.locator(".to-date summary")];
  while (!over()) {
    await text.click();
    for (let n = 0; n < 5; n++) await page.keyboard.press("a");
    await button.click();
  }
}
