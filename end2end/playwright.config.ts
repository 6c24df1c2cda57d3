// How the browser tests run: the system's Chromium if there is one, else Playwright's own.
import { existsSync } from "node:fs";
import { defineConfig, devices } from "@playwright/test";

const executablePath = ["/usr/bin/chromium"].find(existsSync);

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: {
    timeout: 15_000,
    // A pixel here and there is another build of the same fonts; a word is more.
    toHaveScreenshot: { maxDiffPixelRatio: 0.005, animations: "disabled", caret: "hide", scale: "css", stylePath: "pages/looks.css" },
  },
  snapshotPathTemplate: "looks/{arg}{ext}",
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "zh-CN",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
