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

  line(words: string): Locator {
    return this.lines.filter({ hasText: words });
  }
}

/** A server-rendered page is clickable before it works; this waits until it does. */
export async function hydrated(page: Page): Promise<void> {
  await page.locator("html[data-hydrated]").waitFor();
}
