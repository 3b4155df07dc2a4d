import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';

/** The row with that number, from 1, as a screen reader counts. */
export function row(page: Page, number: number): Locator {
  return page.locator(`[role=row][aria-rowindex="${number}"]:not(.pending)`);
}

/** Of what has been asked for so far, all is drawn then. */
export async function focusedRow(page: Page): Promise<string | null> {
  return page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() =>
          setTimeout(() => resolve(document.activeElement?.getAttribute('aria-rowindex') ?? null)),
        ),
      ),
  );
}

export async function scrollTo(page: Page, share: number): Promise<void> {
  await page.locator('.grid-body').evaluate((body, part) => (body.scrollTop = part * body.scrollHeight), share);
}

export async function assertInView(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  const [box, view] = [await element.boundingBox(), await page.locator('.grid-body').boundingBox()];
  assert.ok(box !== null && view !== null);
  assert.ok(
    box.y >= view.y - 1 && box.y + box.height <= view.y + view.height + 1,
    `${box.y} not within ${view.y} + ${view.height}`,
  );
}

/** The last request of a type. */
export async function asked(page: Page, type: string): Promise<unknown> {
  return page.evaluate(
    (wanted) => window.fakeHost.asked.findLast((body) => JSON.stringify(body).startsWith(`{"type":"${wanted}"`)),
    type,
  );
}

/** Looks once a frame until it holds; the test's own timeout ends it. */
export async function until(page: Page, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

export async function rowCount(page: Page): Promise<number> {
  return Number(await page.getByRole('grid').getAttribute('aria-rowcount'));
}

export function isBetween(least: number, value: number, most: number): boolean {
  return value > least && value < most;
}
