// The README's picture: two people in one group. `SCREENSHOTS=1` (make screenshot) writes it; every run makes it.
import path from "node:path";
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

const kept = path.resolve(__dirname, "../screenshots");

test("two people in a group make a picture", async ({ visitor }, info) => {
  const look = { viewport: { width: 1120, height: 720 }, deviceScaleFactor: 1 };
  const ann = await (await Chat.group(await (await visitor(look)).newPage(), "茶馆")).connected();
  const bo = await (await Chat.group(await (await visitor({ ...look, locale: "en-GB" })).newPage(), "茶馆")).connected();
  await ann.says("水开了，今天喝什么？");
  await bo.says("Longjing, please");
  await ann.says("好，龙井一壶。\n三点开会前还来得及。");
  await expect(bo.lines).toHaveCount(4);
  await ann.text.fill("杯子在哪儿");
  const folder = process.env["SCREENSHOTS"] ? kept : info.outputDir;
  await ann.page.screenshot({ path: path.join(folder, "group.png") });
  await bo.page.emulateMedia({ colorScheme: "dark" });
  await bo.page.setViewportSize({ width: 390, height: 780 });
  await bo.page.screenshot({ path: path.join(folder, "group-phone-dark.png") });
});
