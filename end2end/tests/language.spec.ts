// Chinese and English as equals.
import { Chat, hydrated } from "../pages/chat";
import { expect, test } from "../pages/test";

test("an English browser gets English, and the wire stays Chinese", async ({ visitor }) => {
  const page = await (await visitor({ locale: "en-GB" })).newPage();
  const room = await (await Chat.room(page)).connected();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(room.lines.first()).toHaveText("[Connected!]");
  await room.says("hello");
  await expect(room.lines.last()).toHaveText("The server says: hello");
});

test("the switch changes every word, keeps the connection and what was said, and sticks", async ({ page }) => {
  const group = await (await Chat.group(page, "lang")).connected();
  await group.says("先说一句");
  await expect(group.line("先说一句")).toBeVisible();
  await group.text.fill("半句");
  await page.getByRole("link", { name: "English" }).click();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Group chat [ group ID: lang ]");
  await expect(page).toHaveTitle("Group chat [ group ID: lang ]");
  await expect(group.words).toHaveText(["[Connected!]", "先说一句"]);
  await expect(group.text).toHaveValue("半句");
  await page.reload();
  await hydrated(page);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
  await expect(group.send).toHaveText("Send");
});

test("a browser that speaks neither gets Chinese", async ({ visitor }) => {
  const page = await (await visitor({ locale: "fr-FR" })).newPage();
  await page.goto("/");
  await expect(page.locator("html")).toHaveAttribute("lang", "zh-CN");
});
