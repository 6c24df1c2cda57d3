// Accounts, groups and links as people use them, on the pages without script. Never an assertion beyond "it is there".
import type { Page } from "@playwright/test";

const PASSWORD = "龙井与碧螺春各半";

/** Fills in who one will be; what else the page asks for is filled in before. */
async function choose(page: Page, login: string): Promise<void> {
  await page.getByLabel(/^(登录名|Login)$/).fill(login);
  const name = page.getByLabel(/^(名字|Name)$/);
  // A guest's is there already.
  if (!(await name.inputValue())) await name.fill(login);
  await page.getByLabel(/^(密码|Password)$/).fill(PASSWORD);
  await page.getByLabel(/^(再输一遍|Once more)$/).fill(PASSWORD);
}

export async function setUp(page: Page, link: string, login: string): Promise<void> {
  await page.goto(link);
  await page.getByLabel(/^(茶馆名|Name of the teahouse)/).fill("老舍茶馆");
  await choose(page, login);
  await page.getByRole("button", { name: /^(开张|Open the doors)$/ }).click();
  await page.getByText(/开张大吉|Open for tea!/).waitFor();
}

export async function signUp(page: Page, login: string): Promise<void> {
  await page.goto("/signup");
  await choose(page, login);
  await page.getByRole("main").getByRole("button").click();
  await page.waitForURL(/\/groups/);
}

export async function signIn(page: Page, login: string, password = PASSWORD): Promise<void> {
  await page.goto("/signin");
  await page.getByLabel(/^(登录名|Login)$/).fill(login);
  await page.getByLabel(/^(密码|Password)$/).fill(password);
  await page.getByRole("main").getByRole("button", { name: /^(登录|Sign in)$/ }).click();
}

/** A private group of one's own; the chat is open then. */
export async function privateGroup(page: Page, name: string): Promise<string> {
  await page.goto("/groups");
  await page.getByLabel(/^(群名|Group name)$/).fill(name);
  await page.getByLabel(/^(私密|Private)/).check();
  await page.getByRole("button", { name: /^(开群|Start group)$/ }).click();
  await page.waitForURL(/chatgroup/);
  return new URL(page.url()).searchParams.get("groupID") ?? "";
}

/** A link that lets into a group. */
export async function invite(page: Page, group: string): Promise<string> {
  await page.goto(`/groups/${group}`);
  await page.getByRole("button", { name: /^(生成邀请链接|Make a link)$/ }).click();
  return page.getByLabel(/^(新的邀请链接|New invitation link)$/).inputValue();
}
