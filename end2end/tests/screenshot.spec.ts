// The README's pictures: a group as two people see it, what is found, who looks after it. `SCREENSHOTS=1` (make screenshot)
// keeps them; every run makes them.
import path from "node:path";
import type { Page } from "@playwright/test";
import { Chat } from "../pages/chat";
import { found } from "../pages/founded";
import { Server, stoppedClock } from "../pages/server";
import { expect, test } from "../pages/test";

const kept = path.resolve(__dirname, "../screenshots");

test("a house in which people talk makes pictures", async ({ visitor }, info) => {
  test.setTimeout(120_000);
  const server = await Server.start([], stoppedClock("2026-01-31 10:24:00"));
  const { owner, member, open } = await found(server, visitor);
  const folder = process.env["SCREENSHOTS"] ? kept : info.outputDir;
  const keep = (page: Page, name: string) => page.screenshot({ path: path.join(folder, `${name}.png`), animations: "disabled" });
  const sits = async (who: typeof owner, locale: string, viewport = { width: 1120, height: 720 }) => {
    await who.addCookies([{ name: "lang", value: locale, url: server.url }]);
    const page = await who.newPage();
    await page.setViewportSize(viewport);
    return page;
  };
  const ann = await (await Chat.group(await sits(owner, "zh-CN"), open)).connected();
  const bo = await (await Chat.group(await sits(member, "en"), open)).connected();
  for (const chat of [ann, bo]) await chat.page.getByText(/^2 (人在线|here)$/).waitFor();
  await ann.text.fill("杯子在哪儿");
  await expect(bo.page.getByText("王掌柜 is writing…")).toBeVisible();
  await keep(ann.page, "group");
  await keep(bo.page, "group-english");
  await ann.text.fill("");
  await bo.page.emulateMedia({ colorScheme: "dark" });
  await bo.page.setViewportSize({ width: 390, height: 780 });
  await bo.page.goto(`/lang/zh-CN?next=${encodeURIComponent(`/chatgroup?groupID=${open}`)}`);
  await bo.connected();
  await expect(bo.line("那就来一壶")).toBeInViewport();
  await keep(bo.page, "group-phone-dark");
  const paper = await sits(owner, "zh-CN", { width: 1120, height: 640 });
  await paper.goto(`/search?q=${encodeURIComponent("喝")}`);
  await keep(paper, "search");
  await paper.goto(`/groups/${encodeURIComponent(open)}`);
  await keep(paper, "manage");
  for (const page of [ann.page, bo.page, paper]) await page.close();
  await server.remove();
});
