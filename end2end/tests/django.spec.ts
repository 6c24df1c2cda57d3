// A browser on Teahouse chats with a browser on Django: each page knows its own server alone, and these share a Redis.
import { Chat } from "../pages/chat";
import { Django } from "../pages/django";
import { Redis } from "../pages/redis";
import { freePort, Server } from "../pages/server";
import { foreignSite } from "../pages/site";
import { expect, test } from "../pages/test";

for (const [backend, scheme] of [["core", "redis"], ["pubsub", "redis+pubsub"]] as const) {
  test(`a browser on Teahouse chats with a browser on Django, by ${backend}`, async ({ visitor, request }) => {
    const redis = await Redis.start();
    const django = await Django.start(backend, redis.url);
    const own = await freePort();
    const site = await foreignSite(own, django.port);
    const server = await Server.start(["--channel-layer", redis.url.replace("redis", scheme)]);
    const [tutorial, teahouse] = [await (await visitor()).newPage(), await (await visitor()).newPage()];
    try {
      await expect.poll(async () => (await request.get(`${server.url}/readyz`)).text()).toBe("ready\n");
      await tutorial.goto(`http://127.0.0.1:${own}/?num=42`);
      const heard = tutorial.locator("#group div");
      await expect(heard).toHaveText(["[连接成功!]"]);
      const chat = await (await new Chat(teahouse).open(`${server.url}/chatgroup?groupID=42`)).connected();
      const saysOnDjango = async (words: string) => {
        await tutorial.locator("#group-text").fill(words);
        await tutorial.locator("#group-send").click();
      };

      await chat.says("来自茶馆");
      await expect(heard).toHaveText(["[连接成功!]", "组内主动推送消息:来自茶馆"]);
      await saysOnDjango("来自Django");
      await expect(chat.words.last()).toHaveText("来自Django");
      await chat.says("水开了 <b>🍵</b>");
      await expect(heard.last()).toHaveText("组内主动推送消息:水开了 <b>🍵</b>");
      await saysOnDjango("<i>再见</i>");
      await expect(chat.words.last()).toHaveText("<i>再见</i>");

      const said = ["来自茶馆", "来自Django", "水开了 <b>🍵</b>", "<i>再见</i>"];
      await expect(heard).toHaveText(["[连接成功!]", ...said.map((words) => `组内主动推送消息:${words}`)]);
      // What Django said is in Teahouse's history as well.
      await teahouse.reload();
      await expect(teahouse.locator(".line-text")).toHaveText(said);
    } finally {
      // First: a page whose server is gone would look for it, and complain that it is not there.
      for (const page of [tutorial, teahouse]) await page.close();
      site.close();
      await server.remove();
      await django.down();
      await redis.down();
    }
  });
}
