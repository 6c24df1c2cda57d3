// The site's files as the binary serves them, and what a browser does that cannot run them.
import { expect, test } from "../pages/test";

test("hashed files are cached for ever and compressed; their types are exact", async ({ page, request }) => {
  await page.goto("/");
  const html = await page.content();
  const files = [...html.matchAll(/"(\/pkg\/teahouse\.[\w-]+\.(js|wasm|css))"/g)].map((match) => match[1]!);
  expect(new Set(files).size).toBe(3);
  for (const file of new Set(files)) {
    for (const coding of ["br", "gzip", "identity"]) {
      const response = await request.get(file, { headers: { "accept-encoding": coding } });
      expect(response.status()).toBe(200);
      expect(response.headers()["cache-control"]).toBe("public, max-age=31536000, immutable");
      expect(response.headers()["content-encoding"]).toBe(coding === "identity" ? undefined : coding);
    }
    const again = await request.get(file, { headers: { "if-none-match": (await request.get(file)).headers()["etag"]! } });
    expect(again.status()).toBe(304);
  }
  expect((await request.get("/pkg/teahouse.nothing.js")).status()).toBe(404);
  expect((await request.get("/favicon.svg")).headers()["content-type"]).toBe("image/svg+xml");
  expect((await request.get("/pkg/../../../etc/passwd")).status()).toBe(404);
});

test.describe("when the app cannot start", () => {
  test.use({ allowed: [/WebAssembly|wasm|ERR_FAILED|fetch/i] });

  test("the page says so", async ({ page }) => {
    await page.route("**/*.wasm", (route) => route.abort());
    await page.goto("/chatone");
    await expect(page.getByRole("alert")).toContainText("这个浏览器没能启动聊天程序");
    await expect(page.getByRole("button")).toHaveCount(0);
  });
});

test.describe("before the app has started", () => {
  test("what was typed early is kept and no button pretends", async ({ page }) => {
    let start = () => {};
    const held = new Promise<void>((resolve) => (start = resolve));
    await page.route("**/*.wasm", async (route) => {
      await held;
      await route.continue();
    });
    await page.goto("/chatone", { waitUntil: "commit" });
    const text = page.getByRole("textbox");
    await text.fill("早来的话");
    await expect(page.getByRole("button", { name: "点击发送" })).toBeDisabled();
    start();
    await expect(page.getByRole("button", { name: "点击发送" })).toBeEnabled();
    await expect(text).toHaveValue("早来的话");
    await page.locator(".state[data-state=open]").waitFor();
    await text.press("Enter");
    await expect(page.getByRole("log").getByRole("listitem").last()).toHaveText("服务端主动推送消息早来的话");
  });
});
