// The list of groups beside a chat, the quick switcher, and accounts. Never an assertion.
import type { BrowserContext, Locator, Page } from "@playwright/test";

export class House {
  readonly list: Locator;
  readonly rows: Locator;
  readonly switcher: Locator;
  readonly filter: Locator;
  readonly options: Locator;

  constructor(readonly page: Page) {
    this.list = page.getByRole("navigation", { name: /^(我的群|My groups)$/ });
    this.rows = this.list.locator(".groups-row");
    this.switcher = page.getByRole("dialog");
    this.filter = this.switcher.getByRole("combobox");
    this.options = this.switcher.getByRole("option");
  }

  row(group: string): Locator {
    return this.list.locator(`[data-value="${group}"]`);
  }

  unread(group: string): Locator {
    return this.row(group).locator(".unread");
  }

  /** Clicks a group and returns how long it took until words of it were on screen, in milliseconds. */
  async switchTo(group: string, words: string): Promise<number> {
    return this.page.evaluate(async ([group, words]) => {
      const row = document.querySelector<HTMLElement>(`.groups [data-value="${group}"]`)!;
      const begin = performance.now();
      row.click();
      const there = () => [...document.querySelectorAll(".line-text")].some((line) => line.textContent === words);
      while (!there() && performance.now() - begin < 5_000) await new Promise((done) => requestAnimationFrame(done));
      return performance.now() - begin;
    }, [group, words] as const);
  }
}

/** Sends a form and returns where it leads. */
export async function posts(who: Pick<BrowserContext, "request">, path: string, form: Record<string, string>): Promise<string> {
  const response = await who.request.post(path, { form, maxRedirects: 0 });
  // A link that was just made is shown on the page itself.
  if (![200, 303].includes(response.status())) throw new Error(`${response.status()}: ${await response.text()}`);
  return response.headers()["location"] ?? "";
}

/** Somebody with an account, signed in. */
export async function signsUp(context: BrowserContext, login: string, name = login): Promise<void> {
  const password = `warm oolong for ${login}`;
  await posts(context, "/signup", { login, name, password, again: password });
}

/** The id of a new private group, or of a direct conversation. */
export async function makes(context: BrowserContext, path: "/groups/new" | "/groups/direct", form: Record<string, string>): Promise<string> {
  return decodeURIComponent((await posts(context, path, form)).split("groupID=")[1]!);
}
