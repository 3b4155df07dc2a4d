import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Fails when the page broke its own security policy, or axe finds something serious. */
export async function assertSound(page: Page): Promise<void> {
  assert.deepEqual(await page.evaluate(() => window.fakeHost.violations), []);
  const { violations } = await new AxeBuilder({ page }).analyze();
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  assert.deepEqual(
    serious.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary}`).join('; ')}`,
    ),
    [],
  );
}
