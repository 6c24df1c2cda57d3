// What every test gets: a server for its worker, and a watch on every page's console. A console error, a page error or
// a hydration warning anywhere fails the test that caused it.
import { type BrowserContext, type BrowserContextOptions, test as base } from "@playwright/test";
import { Server } from "./server";

/** What a cut connection makes the browser itself say; tests that cut connections allow it by this. */
export const CUT = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED|ERR_INTERNET_DISCONNECTED/;

interface Fixtures {
  /** Console messages that this test brings about on purpose. */
  allowed: RegExp[];
  /** A further visitor: a browser context of their own. */
  visitor: (options?: BrowserContextOptions) => Promise<BrowserContext>;
}

export const test = base.extend<Fixtures, { server: Server }>({
  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.remove();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ server }, use) => use(server.url),
  allowed: [[], { option: true }],

  context: async ({ context, allowed }, use) => {
    const complaints = watch(context);
    await use(context);
    complain(complaints, allowed);
  },

  visitor: async ({ browser, baseURL, allowed }, use) => {
    const contexts: BrowserContext[] = [];
    const complaints: string[][] = [];
    await use(async (options = {}) => {
      const context = await browser.newContext({ baseURL, locale: "zh-CN", ...options });
      contexts.push(context);
      complaints.push(watch(context));
      return context;
    });
    for (const context of contexts) await context.close();
    complain(complaints.flat(), allowed);
  },
});

function watch(context: BrowserContext): string[] {
  const heard: string[] = [];
  context.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) heard.push(`${message.type()}: ${message.text()}`);
  });
  context.on("weberror", (error) => heard.push(`page error: ${error.error().message}`));
  return heard;
}

function complain(heard: string[], allowed: RegExp[]): void {
  const unexpected = heard.filter((line) => !allowed.some((pattern) => pattern.test(line)));
  if (unexpected.length > 0) throw new Error(`the console complained:\n${unexpected.join("\n")}`);
}

export { expect } from "@playwright/test";
