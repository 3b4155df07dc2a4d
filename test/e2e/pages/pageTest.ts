import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import AxeBuilder from '@axe-core/playwright';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { launchBrowser } from '../../host/browser.ts';
import { outFolder } from '../../host/paths.ts';
import { type PageName, type PageServer, startPageServer, type Theme } from './pageServer.ts';
import type {} from './fakeHost.ts';

const screenshots = join(outFolder, 'pages');

/** Pages in a browser for one suite of tests; a page per test, all of which end with the suite. */
export class PageTest {
  readonly #browser: Browser;
  readonly #server: PageServer;
  #context: BrowserContext | undefined;

  private constructor(browser: Browser, server: PageServer) {
    this.#browser = browser;
    this.#server = server;
  }

  static async start(): Promise<PageTest> {
    await mkdir(screenshots, { recursive: true });
    return new PageTest(await launchBrowser(), await startPageServer());
  }

  get sizes(): PageServer['sizes'] {
    return this.#server.sizes;
  }

  /** Opens a page, in the place of the last one. */
  async open(
    name: PageName,
    query: Record<string, string> = {},
    { theme = 'dark-modern', width = 1180, height = 620 }: { theme?: Theme; width?: number; height?: number } = {},
  ): Promise<Page> {
    await this.#context?.close();
    this.#context = await this.#browser.newContext({ viewport: { width, height } });
    const page = await this.#context.newPage();
    await page.goto(this.#server.url(name, theme, query));
    return page;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server.close();
  }
}

export async function screenshot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

/** Waits until something read from a page is what it should be: what was done last may not have been drawn yet. */
export async function becomes<T>(read: () => Promise<T>, expected: T): Promise<void> {
  const deadline = performance.now() + 10_000;
  for (;;) {
    const value = await read();
    if (isDeepStrictEqual(value, expected)) return;
    if (performance.now() > deadline) assert.deepEqual(value, expected);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/**
 * Fails when the page broke its own security policy, or axe finds something serious.
 * @param whole contrast and all rows of a list too, which takes seconds: in the tests of the themes
 */
export async function assertSound(page: Page, { within = 'body', whole = false } = {}): Promise<void> {
  assert.deepEqual(await page.evaluate(() => window.fakeHost.violations), []);
  const axe = new AxeBuilder({ page }).include(within);
  if (!whole) axe.exclude('.grid-body').disableRules(['color-contrast']);
  const { violations } = await axe.analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    ),
    [],
  );
}
