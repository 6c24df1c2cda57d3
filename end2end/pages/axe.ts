// What axe says of a page, light and dark, on a desk and on a phone. Never an assertion.
import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";

const SCREENS = { desk: { width: 1440, height: 900 }, phone: { width: 360, height: 740 } };
const COLOURS = ["color-contrast", "link-in-text-block"];
/** What is wrong with the page as it is now. */
export async function wrongs(page: Page): Promise<string[]> {
  const wrong: string[] = [];
  for (const [screen, viewport] of Object.entries(SCREENS)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      // Everything once; then what the theme and the size can change.
      // Without frames one call is enough, which is twice as fast.
      const axe = new AxeBuilder({ page }).setLegacyMode();
      if (colorScheme === "dark") axe.withRules(COLOURS);
      else if (screen === "phone") axe.withRules([...COLOURS, "target-size", "scrollable-region-focusable"]);
      const { violations } = await axe.analyze();
      for (const { id, nodes } of violations) wrong.push(...nodes.map(({ html }) => `${screen}, ${colorScheme}, ${id}: ${html}`));
    }
    const wider = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wider > 0) wrong.push(`${screen}: ${wider} px wider than the screen`);
  }
  return wrong;
}
