/** Whether everybody can use a page, as far as a program can tell: axe-core's rules. @module */
import { assertEquals } from "@std/assert";
import axe from "axe-core";
import type { Page } from "playwright-core";

/** What is asked for: WCAG 2.2 up to AA, and what axe-core holds to be good besides. */
const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** Runs in the page, with all that is folded up opened meanwhile. */
const CHECK = `(async () => {
  const folded = [...document.querySelectorAll("details:not([open])")];
  for (const details of folded) details.open = true;
  const { violations } = await axe.run(document, { runOnly: ${JSON.stringify(RULES)} });
  for (const details of folded) details.open = false;
  return violations.map(({ id, help, nodes }) =>
    id + ": " + help + ": " + nodes.map(({ target }) => target.join(" ")).join(", "));
})()`;

/** Demands that no rule is broken. @param name What the page is called where one is. */
export async function assertAccessible(page: Page, name: string): Promise<void> {
  await page.evaluate(axe.source);
  assertEquals(await page.evaluate(CHECK), [], `${name} is not for everybody`);
}
