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
