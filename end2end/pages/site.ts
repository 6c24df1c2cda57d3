// The tutorial's own kind of page, served by a test from an origin of its own. Never an assertion.
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import path from "node:path";

const html = readFileSync(path.resolve(__dirname, "../fixtures/tutorial.html"), "utf8");

/** Serves the page at the port `own`; its sockets go to the one at `port`. */
export function foreignSite(own: number, port: number): Promise<Server> {
  return new Promise((resolve) => {
    const site = createServer((_, response) => {
      response.setHeader("content-type", "text/html; charset=utf-8");
      response.end(html.replaceAll("127.0.0.1:8080", `127.0.0.1:${port}`));
    });
    site.listen(own, "127.0.0.1", () => resolve(site));
  });
}
