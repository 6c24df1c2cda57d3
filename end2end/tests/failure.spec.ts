// Pages for what did not work lead back into the app.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

// The browser itself reports a page's 4xx as a console error.
test.use({ allowed: [/status of 4\d\d/] });

for (const address of ["/nothing-here", "/room/1/", "/group/a.b/"]) {
  test(`from ${address} one goes on inside the app, and back`, async ({ page }) => {
    await page.goto(address);
    await page.locator("html[data-hydrated]").waitFor();
    const failure = page.locator(".failure");
    await expect(failure).toBeVisible();
    await page.getByRole("link", { name: "回到首页" }).click();
    await expect(page).toHaveURL(/\/$/);
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("开一壶茶，聊几句天。");
    await page.locator("html[data-hydrated]").waitFor();
    await page.getByRole("link", { name: "单人聊天", exact: true }).click();
    await (new Chat(page)).connected();
    // A page reached inside the app begins at its content, as a loaded one does.
    await expect(page.locator("#main")).toBeFocused();
    await page.goBack();
    await page.goBack();
    await expect(failure).toBeVisible();
  });
}

test("a very long id is explained without being repeated whole", async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await page.goto(`/chatgroup?groupID=${"x".repeat(3000)}`);
  await expect(page.getByRole("alert")).toContainText(`“${"x".repeat(64)}…”`);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
});
