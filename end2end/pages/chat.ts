// A chat page, room or group, as a person uses it. Never an assertion beyond "it is there".
import type { Locator, Page } from "@playwright/test";

export class Chat {
  readonly log: Locator;
  /** What was said and news of the connection, each with author and time. */
  readonly lines: Locator;
  /** The same, the bare words. */
  readonly words: Locator;
  readonly text: Locator;
  readonly send: Locator;
  readonly toggle: Locator;
  readonly state: Locator;
  readonly notice: Locator;
  readonly jump: Locator;
  /** The bar of what is pinned. */
  readonly pins: Locator;

  constructor(readonly page: Page) {
    this.log = page.getByRole("log");
    this.lines = this.log.locator(".line");
    this.words = this.log.locator(".line-text, .line-status");
    this.text = page.getByRole("textbox");
    this.send = page.getByRole("button", { name: /^(点击发送|Send)$/ });
    this.toggle = page.getByRole("button", { name: /^(关闭连接|重新连接|Disconnect|Reconnect)$/ });
    this.state = page.locator(".state");
    this.notice = page.locator("#composer-notice");
    this.jump = page.locator(".log-jump");
    this.pins = page.locator("#pins");
  }

  static async room(page: Page): Promise<Chat> {
    return new Chat(page).open("/chatone");
  }

  static async group(page: Page, id: string): Promise<Chat> {
    return new Chat(page).open(`/chatgroup?groupID=${encodeURIComponent(id)}`);
  }

  /** Opens the page and waits until it works. */
  async open(address: string): Promise<Chat> {
    await this.page.goto(address);
    await hydrated(this.page);
    return this;
  }

  async connected(): Promise<Chat> {
    await this.page.locator(".state[data-state=open]").waitFor();
    return this;
  }

  async says(words: string): Promise<void> {
    await this.text.fill(words);
    await this.text.press("Enter");
  }

  /** Opens the menu of a message. */
  async menu(words: string): Promise<void> {
    const line = this.line(words);
    await line.hover();
    await line.locator(".message-more").click();
  }

  /** Does one thing of a message's menu. */
  async act(words: string, name: string): Promise<void> {
    await this.menu(words);
    await this.log.getByRole("button", { name, exact: true }).click();
  }

  /** Goes to a date, as `2026-01-31`. */
  async toDate(day: string): Promise<void> {
    await this.page.locator(".to-date summary").click();
    await this.page.locator(".to-date input[type=date]").fill(day);
    await this.page.getByRole("button", { name: /^(跳转|Go)$/ }).click();
  }

  /** Scrolls back as a wheel does, to the message with this number, and watches one in sight over every frame. */
  async readsBack(to: number): Promise<ReadBack> {
    return this.log.evaluate(readBack, to);
  }

  /** What was said with these words; a name may have them too. */
  line(words: string): Locator {
    return this.lines.filter({ has: this.page.locator(".line-text, .line-status").filter({ hasText: words }) });
  }
}

export interface ReadBack {
  /** The numbers of all messages that were drawn on the way, latest first. */
  numbers: number[];
  /** Where a message in sight moved by something else than what was scrolled. */
  jumps: string[];
  /** The most rows that were in the document at one time. */
  mostRows: number;
}

/** Runs in the page. */
async function readBack(log: HTMLElement | SVGElement, to: number): Promise<ReadBack> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  const number = (row: Element) => Number(row.querySelector<HTMLElement>("[data-seq]")?.dataset["seq"]);
  const rows = () => [...log.querySelectorAll<HTMLElement>(".message")];
  const jumps: string[] = [];
  const seen = new Set<number>();
  let mostRows = 0;
  // A page of older messages may be on its way: only so many frames without anything new are the end.
  for (let idle = 0; idle < 900; ) {
    const top = log.getBoundingClientRect().top;
    const watched = rows().find((row) => row.getBoundingClientRect().top > top + 100);
    const name = watched ? number(watched) : 0;
    const before = watched?.getBoundingClientRect().top ?? 0;
    const from = log.scrollTop;
    log.scrollTop -= 500;
    const moved = from - log.scrollTop;
    idle = moved < 1 ? idle + 1 : 0;
    for (let n = 0; n < 3; n++) {
      await frame();
      mostRows = Math.max(mostRows, log.querySelectorAll("li").length);
      const now = rows().find((row) => number(row) === name);
      const went = now ? now.getBoundingClientRect().top - before : watched ? Infinity : moved;
      if (went !== moved && Math.abs(went - moved) > 2) jumps.push(`${name}: ${went} instead of ${moved}`);
    }
    const drawn = rows().map(number);
    if (drawn.some((one, at) => at > 0 && one <= drawn[at - 1]!)) jumps.push(`out of order: ${drawn}`);
    drawn.forEach((one) => seen.add(one));
    if (moved < 1 && drawn[0] === to) break;
  }
  return { numbers: [...seen].sort((a, b) => b - a), jumps, mostRows };
}

/** A server-rendered page is clickable before it works; this waits until it does. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor();
}
