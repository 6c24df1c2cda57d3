// JavaScript off: pages render, say what needs it, and show no dead control.
import { expect, test } from "../pages/test";

test.use({ javaScriptEnabled: false });

test("the chat pages say what needs JavaScript and show no dead control", async ({ page }) => {
  for (const address of ["/chatone", "/chatgroup?groupID=1"]) {
    await page.goto(address);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.getByText("聊天需要 JavaScript")).toBeVisible();
    await expect(page.getByRole("button")).toHaveCount(0);
    await expect(page.getByRole("textbox")).toHaveCount(0);
  }
});

test("choosing a group and switching the language work", async ({ page }) => {
  await page.goto("/");
  await page.getByLabel("群号", { exact: true }).fill("茶馆");
  await page.getByRole("button", { name: "进入群聊" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("群组内聊天[ 群ID: 茶馆 ]");
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Group chat [ group ID: 茶馆 ]");
});
