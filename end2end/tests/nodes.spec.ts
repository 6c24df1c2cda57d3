// Two nodes of Teahouse on one PostgreSQL and one Redis are one house, through a restart of that Redis.
import type { Page } from "@playwright/test";

import { Chat } from "../pages/chat";
import { Postgres } from "../pages/postgres";
import { Redis } from "../pages/redis";
import { Server } from "../pages/server";
import { expect, test } from "../pages/test";

test("people on two nodes chat, and go on after Redis was lost", async ({ visitor, request }) => {
  const redis = await Redis.start();
  const postgres = await Postgres.start();
  const flags = ["--channel-layer", redis.url, "--database", postgres.url];
  const nodes = [await Server.start(flags), await Server.start(flags)];
  const pages: Page[] = [];
  const readiness = async () => Promise.all(nodes.map(async ({ url }) => (await request.get(`${url}/readyz`)).text()));
  try {
    await expect.poll(readiness).toEqual(["ready\n", "ready\n"]);
    const [ann, bo] = await Promise.all(
      nodes.map(async ({ url }) => {
        const page = await (await visitor()).newPage();
        pages.push(page);
        return (await new Chat(page).open(`${url}/chatgroup?groupID=茶馆`)).connected();
      }),
    );
    await ann!.says("两边听得见吗");
    await expect(bo!.words.last()).toHaveText("两边听得见吗");
    await bo!.says("听得见");
    await expect(ann!.words.last()).toHaveText("听得见");

    await redis.down();
    await expect.poll(readiness).toEqual([
      expect.stringContaining("cannot reach Redis"),
      expect.stringContaining("cannot reach Redis"),
    ]);
    await ann!.says("只剩这边");
    await expect(ann!.words.last()).toHaveText("只剩这边");
    await expect(bo!.state).toHaveAttribute("data-state", "open");

    await redis.up();
    await expect.poll(readiness).toEqual(["ready\n", "ready\n"]);
    await bo!.says("又连上了");
    await expect(ann!.words.last()).toHaveText("又连上了");
    await expect(bo!.words.last()).toHaveText("又连上了");
  } finally {
    // First: a page whose node is gone would look for it, and complain that it is not there.
    for (const page of pages) await page.close();
    for (const node of nodes) await node.remove();
    await redis.down();
    await postgres.remove();
  }
});
