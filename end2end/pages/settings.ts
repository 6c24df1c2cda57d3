// The page of one's own settings, as a person uses it. Never an assertion beyond "it is there".
import type { Page } from "@playwright/test";

export class Settings {
  constructor(readonly page: Page) {}

  static async open(page: Page): Promise<Settings> {
    await page.goto("/settings");
    return new Settings(page);
  }

  /** What the forms are called on the page: 这台设备, 名字和颜色, in whichever language. */
  private form(action: string) {
    return this.page.locator(`form[action="${action}"]`);
  }

  /** Picks one of a group by its words, and keeps it. */
  async choose(...picks: [group: RegExp, pick: RegExp][]): Promise<void> {
    for (const [group, pick] of picks) {
      await this.page.getByRole("group", { name: group }).getByRole("radio", { name: pick }).check();
    }
    await this.save("/settings");
  }

  async colour(pick: RegExp): Promise<void> {
    await this.page.getByRole("group", { name: /头像颜色|Colour of your picture/ }).getByRole("radio", { name: pick }).check();
    await this.save("/me/colour");
  }

  async name(name: string): Promise<void> {
    await this.page.getByLabel(/^(名字|Name)$/).fill(name);
    await this.save("/me/name");
  }

  private async save(action: string): Promise<void> {
    // The page before may say already that something was saved.
    const loaded = this.page.waitForEvent("load");
    await this.form(action).getByRole("button", { name: /^(保存|Save)$/ }).click();
    await loaded;
    await this.page.getByRole("status").waitFor();
  }
}
