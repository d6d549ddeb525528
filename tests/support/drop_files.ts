/** Files and folders of the disk, dropped on a page as a person's hand does it. @module */
import type { Page } from "playwright-core";

/** @param selector What they are dropped on. @param files Paths; a folder comes whole. */
export async function dropFiles(page: Page, selector: string, files: string[]): Promise<void> {
  const target = page.locator(selector);
  await target.scrollIntoViewIfNeeded();
  const { x, y, width, height } = (await target.boundingBox())!;
  const session = await page.context().newCDPSession(page);
  for (const type of ["dragEnter", "dragOver", "drop"] as const) {
    await session.send("Input.dispatchDragEvent", {
      type,
      x: x + width / 2,
      y: y + height / 2,
      data: { items: [], files, dragOperationsMask: 1 },
    });
  }
  await session.detach();
}
