// The log follows what is new while one reads the end, and only then.
import { Chat } from "../pages/chat";
import { expect, test } from "../pages/test";

test("it follows new lines unless the reader scrolled up", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await expect(room.log).toHaveAttribute("role", "log");
  for (let n = 0; n < 40; n++) await room.says(`line ${n}`);
  await expect(room.lines.last()).toHaveText("服务端主动推送消息line 39");
  await expect(room.lines.last()).toBeInViewport();

  await room.log.evaluate((log) => log.scrollTo({ top: 0 }));
  await expect(room.lines.first()).toBeInViewport();
  await room.says("below");
  await expect(room.jump).toBeVisible();
  await expect(room.lines.first()).toBeInViewport();
  await expect(room.lines.last()).not.toBeInViewport();

  await room.jump.click();
  await expect(room.lines.last()).toBeInViewport();
  await expect(room.jump).toBeHidden();
});

test("it stays bounded and ordered in a flood", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  // Through the page's own box, faster than a person: what is typed, sent, echoed, 1,200 times.
  await room.text.evaluate((box) => {
    const input = box as HTMLTextAreaElement;
    let sent = 0;
    const again = () => {
      for (let burst = 0; burst < 20 && sent < 1200; burst++) {
        input.value = `flood ${sent++}`;
        input.form!.requestSubmit();
      }
      if (sent < 1200) requestAnimationFrame(again);
    };
    again();
  });
  await expect(room.lines.last()).toHaveText("服务端主动推送消息flood 1199");
  await expect(room.lines).toHaveCount(1000);
  const texts = await room.lines.allTextContents();
  expect(texts).toEqual(Array.from({ length: 1000 }, (_, n) => `服务端主动推送消息flood ${n + 200}`));
});

test("it follows a burst to its end", async ({ page, visitor }) => {
  const group = await (await Chat.group(page, "burst")).connected();
  // Another member who talks about a display frame apart: a new line is there before the scroll to the last is heard of.
  const other = await (await visitor()).newPage();
  await other.goto("/");
  await other.evaluate(async () => {
    const member = new WebSocket(`ws://${location.host}/group/burst/`);
    await new Promise((resolve) => (member.onopen = resolve));
    for (let n = 0; n < 60; n++) {
      member.send(`burst ${n}\nsecond line`);
      await new Promise((resolve) => setTimeout(resolve, n % 20));
    }
    member.close();
  });
  await expect(group.line("burst 59")).toBeInViewport();
  await expect(group.jump).toBeHidden();
});

test("leaving the page at the moment a line arrives breaks nothing", async ({ page }) => {
  const room = await (await Chat.room(page)).connected();
  await page.evaluate(() => {
    const frame = window.requestAnimationFrame.bind(window);
    window.requestAnimationFrame = (callback) => window.setTimeout(() => frame(callback), 400);
    new MutationObserver(() => document.querySelector<HTMLAnchorElement>("a[href='/chatgroup']")?.click()).observe(
      document.querySelector("[role=log]")!,
      { childList: true, subtree: true },
    );
  });
  await room.says("last words");
  await expect(page).toHaveURL(/chatgroup$/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  // Past the late animation frame: a panic there would break every later click.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 600)));
  await page.getByRole("link", { name: "单人聊天" }).click();
  await (new Chat(page)).connected();
});
