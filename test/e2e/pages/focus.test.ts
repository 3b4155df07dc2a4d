import type { Page } from 'playwright-core';
import { row } from './listTest.ts';
import { becomes, PageTest } from './pageTest.ts';

/** What has the focus: the list's current row, or an element by its name. */
function focus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    if (element === null || element === document.body) return 'nothing';
    if (element.matches('.grid-body [role=row]')) return element.matches('[tabindex="0"]') ? 'row' : 'another row';
    return element.getAttribute('aria-label') ?? element.textContent.trim();
  });
}

/** By keys alone, as somebody does who has no mouse. */
async function press(page: Page, name: string): Promise<void> {
  const button = page.getByRole('button', { name, exact: true });
  await button.press('Enter');
}

/** Longer than what follows from a key takes: the focus stays where it is. */
async function staysOn(page: Page, expected: string): Promise<void> {
  await becomes(() => focus(page), expected);
  await page.waitForTimeout(300);
  await becomes(() => focus(page), expected);
}

describe('the focus, when what had it is gone', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

  async function open(rows = '1000'): Promise<Page> {
    const page = await pages.open('inspector', { rows });
    await row(page, Number(rows)).waitFor();
    return page;
  }

  it('goes back to the button that opened the statistics, and from one of their rows to its traffic', async () => {
    const page = await open();
    await press(page, 'Statistics');
    await press(page, 'Close Statistics');
    await staysOn(page, 'Statistics');
    await press(page, 'Statistics');
    await page
      .getByRole('row', { name: /^sample tools\/list/ })
      .getByRole('button')
      .press('Enter');
    await staysOn(page, 'row');
  });

  it('goes to the filter box when that was emptied and there is no row yet', async () => {
    const page = await open();
    await page.getByRole('textbox', { name: 'Filter traffic' }).fill('zzzz');
    await press(page, 'Show All Traffic');
    await row(page, 1000).waitFor();
    await staysOn(page, 'Filter traffic');
  });

  it('goes to the list when the chosen time is given up, and the list goes on to follow', async () => {
    const page = await open();
    await page.getByRole('slider', { name: 'Show traffic from' }).press('PageUp');
    await press(page, 'Show All Times');
    await staysOn(page, 'row');
    await page.evaluate(() => window.fakeHost.append(50));
    await row(page, 1050).waitFor();
  });

  it('goes to the list from the button that counts what is new', async () => {
    const page = await open();
    await page.locator('.grid-body').evaluate((body) => (body.scrollTop = 0));
    await row(page, 1).waitFor();
    await page.evaluate(() => window.fakeHost.append(5));
    await press(page, '5 new');
    await staysOn(page, 'row');
    await row(page, 1005).waitFor();
    await page.evaluate(() => window.fakeHost.append(50));
    await row(page, 1055).waitFor();
  });

  it('goes to the current row when the selection is cleared', async () => {
    const page = await open();
    await row(page, 990).click();
    await press(page, 'Select to Compare');
    await page.locator('.notices').getByRole('button', { name: 'Clear Selection' }).press('Enter');
    await staysOn(page, 'row');
    await row(page, 990).and(page.locator(':focus')).waitFor();
  });

  it('goes to the list when a search is stopped', async () => {
    const page = await open();
    await page.evaluate(() => window.fakeHost.post({ type: 'progress', task: 'search', share: 0.42 }));
    await press(page, 'Stop Searching');
    await staysOn(page, 'row');
  });

  it('stays in the list when that becomes another one', async () => {
    const page = await open();
    await row(page, 997).focus();
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Filter by This Method' }).click();
    await page.locator('[role=grid][aria-rowcount="333"]').waitFor();
    await staysOn(page, 'row');
    await row(page, 333).and(page.locator(':focus')).waitFor();
    await page.keyboard.press('ArrowUp');
    await row(page, 332).and(page.locator(':focus')).waitFor();
  });

  it('goes to the filter box when a search is stopped beside the statistics', async () => {
    const page = await open();
    await press(page, 'Statistics');
    await page.evaluate(() => window.fakeHost.post({ type: 'progress', task: 'search', share: 0.42 }));
    await press(page, 'Stop Searching');
    await staysOn(page, 'Filter traffic');
  });
});
