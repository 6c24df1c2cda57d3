// How the browser tests run: Playwright's own Chromium, or the system's where that is not installed.
import { existsSync } from "node:fs";
import { chromium, defineConfig, devices } from "@playwright/test";

const system = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find(existsSync);
const executable = existsSync(chromium.executablePath()) ? undefined : system;

export default defineConfig({
  testDir: "tests",
  outputDir: "test-results",
  fullyParallel: true,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    ...devices["Desktop Chrome"],
    locale: "zh-CN",
    trace: "retain-on-failure",
    launchOptions: {
      ...(executable ? { executablePath: executable } : {}),
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
