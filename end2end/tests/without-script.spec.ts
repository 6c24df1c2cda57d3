// JavaScript off: pages render, say what needs it, and show no dead control.
import { expect, test } from "../pages/test";

test.use({ javaScriptEnabled: false });

test("the room says that it needs JavaScript and shows no dead control", async ({ page }) => {
  await page.goto("/chatone");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByText("聊天需要 JavaScript")).toBeVisible();
  await expect(page.getByRole("button")).toHaveCount(0);
  await expect(page.getByRole("textbox")).toHaveCount(0);
});

test("a group can be read and spoken in, and shows no dead control", async ({ page }) => {
  await page.goto("/chatgroup?groupID=1");
  await expect(page.getByText("没有 JavaScript 也能看")).toBeVisible();
  await expect(page.getByRole("button")).toHaveCount(1);
  await page.getByRole("textbox").fill("没有脚本");
  await page.getByRole("button", { name: "点击发送" }).click();
  await expect(page.locator(".line-text").last()).toHaveText("没有脚本");
  await expect(page.getByRole("button")).toHaveCount(1);
});

test("choosing a group and switching the language work", async ({ page }) => {
  await page.goto("/");
  await page.getByLabel("群号", { exact: true }).fill("茶馆");
  await page.getByRole("button", { name: "进入群聊" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("群组内聊天[ 群ID: 茶馆 ]");
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Group chat [ group ID: 茶馆 ]");
});
