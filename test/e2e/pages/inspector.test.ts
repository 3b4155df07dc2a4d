import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { type Theme, themes } from './pageServer.ts';
import { assertSound, PageTest, screenshot } from './pageTest.ts';

const allThemes = Object.keys(themes) as Theme[];

describe('the inspector page', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

  it('is small', () => {
    assert.ok(pages.sizes.inspector <= 80_000, `${pages.sizes.inspector} bytes`);
  });

  it('is a grid of rows and cells, scrolled to the newest', async () => {
    const page = await pages.open('inspector', { rows: '10000' });
    const grid = page.getByRole('grid', { name: 'Traffic' });
    await row(page, 10_000).waitFor();
    assert.equal(await grid.getAttribute('aria-rowcount'), '10000');
    assert.equal(await grid.getAttribute('aria-colcount'), '8');
    assert.deepEqual(await grid.getByRole('columnheader').allInnerTexts(), [
      'Time',
      'Direction',
      'Server',
      'Method',
      'Type',
      'Status',
      'Duration',
      'Size',
    ]);
    const texts = await row(page, 9999).getByRole('gridcell').allTextContents();
    const cells = texts.map((text) => text.replace(/\s+/g, ' ').trim());
    assert.match(cells[0] ?? '', /^\d\d:\d\d:\d\d\.\d{3}$/);
    assert.deepEqual(cells.slice(1), [
      'sent →',
      'everything',
      'tools/call longRunningOperation',
      'request HTTP',
      '',
      '',
      '171 B',
    ]);
    await assertSound(page);
  });

  it('holds few rows in the document and asks for few pages', async () => {
    const page = await pages.open('inspector', { rows: '1000000' });
    await row(page, 1_000_000).waitFor();
    await scrollTo(page, 0.5);
    await page.locator('.row:not(.pending)').nth(20).waitFor();
    assert.ok((await page.getByRole('row').count()) < 70);
    const asked = await page.evaluate(
      () => window.fakeHost.asked.filter((body) => JSON.stringify(body).includes('"page"')).length,
    );
    assert.ok(asked <= 8, `${asked} pages`);
  });

  it('reaches every end of a million rows', async () => {
    const page = await pages.open('inspector', { rows: '1000000' });
    await row(page, 1_000_000).click();
    await page.keyboard.press('Home');
    await row(page, 1).waitFor();
    assert.equal(await focusedRow(page), '1');
    await page.keyboard.press('End');
    await row(page, 1_000_000).waitFor();
    assert.equal(await focusedRow(page), '1000000');
    await assertInView(page, row(page, 1_000_000));
    await page.keyboard.press('PageUp');
    assert.ok(Number(await focusedRow(page)) < 999_990);
  });

  it('moves the focus by keys, opens the detail with Enter and closes it with Escape', async () => {
    const page = await pages.open('inspector', { rows: '200' });
    await row(page, 200).waitFor();
    await page.getByRole('textbox', { name: 'Filter traffic' }).focus();
    while ((await focusedRow(page)) === null) await page.keyboard.press('Tab');
    await page.keyboard.press('End');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('ArrowUp');
    assert.equal(await focusedRow(page), '198');
    assert.equal(await page.getByRole('tablist').count(), 0);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Entry 197' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('region', { name: 'Entry 196' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tablist').waitFor({ state: 'detached' });
    assert.equal(await focusedRow(page), '197');
  });

  it('keeps a row in sight whose detail opens below the list', async () => {
    const page = await pages.open('inspector', { rows: '500' });
    await page.setViewportSize({ width: 700, height: 600 });
    // Not the last one, which the tail would keep in sight.
    await row(page, 495).click();
    await page.getByRole('region', { name: 'Entry 494' }).waitFor();
    await assertInView(page, row(page, 495));
  });

  it('keeps the focus when the focused row is scrolled away', async () => {
    const page = await pages.open('inspector', { rows: '5000' });
    await row(page, 5000).click();
    await scrollTo(page, 0);
    await row(page, 1).waitFor();
    assert.equal(await focusedRow(page), '5000');
    await page.keyboard.press('ArrowUp');
    assert.equal(await focusedRow(page), '4999');
    await assertInView(page, row(page, 4999));
  });

  it('follows the tail until the user scrolls up, and again at the press of a button', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await row(page, 1000).waitFor();
    await page.evaluate(() => window.fakeHost.append(50));
    await assertInView(page, row(page, 1050));
    await page.mouse.move(300, 300);
    await page.mouse.wheel(0, -800);
    await row(page, 1050).waitFor({ state: 'detached' });
    await page.evaluate(() => window.fakeHost.append(12));
    const pill = page.getByRole('button', { name: '12 new' });
    await pill.waitFor();
    await screenshot(page, 'inspector-new');
    await pill.click();
    await assertInView(page, row(page, 1062));
    await pill.waitFor({ state: 'detached' });
  });

  it('shows the same rows when others are dropped at the front', async () => {
    const page = await pages.open('inspector', { rows: '2000' });
    await row(page, 2000).waitFor();
    await scrollTo(page, 0.5);
    const before = await row(page, 1001).boundingBox();
    const text = await row(page, 1001).textContent();
    await page.evaluate(() => window.fakeHost.append(100, 250));
    await page.locator('[role=grid][aria-rowcount="1850"]').waitFor();
    const after = await row(page, 751).boundingBox();
    assert.equal(await row(page, 751).textContent(), text);
    assert.ok(Math.abs((after?.y ?? 0) - (before?.y ?? 0)) < 2);
  });

  it('filters after a pause and shows the complaint of the host under the box', async () => {
    const page = await pages.open('inspector', { rows: '10000' });
    await row(page, 10_000).waitFor();
    const filter = page.getByRole('textbox', { name: 'Filter traffic' });
    await filter.fill('method:tools/list');
    await page.locator('[role=grid][aria-rowcount="1112"]').waitFor();
    await filter.fill('metod:tools/list');
    await page.getByRole('alert').filter({ hasText: 'not a filter word' }).waitFor();
    assert.equal(await filter.getAttribute('aria-invalid'), 'true');
    assert.equal(await page.getByRole('grid').getAttribute('aria-rowcount'), '1112');
    await screenshot(page, 'inspector-filter-error');
    await assertSound(page);
    await filter.press('Escape');
    await page.locator('[role=grid][aria-rowcount="10000"]').waitFor();
  });

  it('keeps the entry selected across filters, and no other row in its place', async () => {
    const page = await pages.open('inspector', { rows: '200' });
    await row(page, 187).click();
    const filter = page.getByRole('textbox', { name: 'Filter traffic' });
    await filter.fill('method:tools/call');
    await page.locator('.row[aria-selected=true] .extra', { hasText: 'echo' }).waitFor();
    await filter.fill('method:initialize');
    await page.locator('[role=grid][aria-rowcount="23"]').waitFor();
    await row(page, 23).waitFor();
    assert.equal(await page.locator('.row[aria-selected=true]').count(), 0);
    await page.getByRole('region', { name: 'Entry 186' }).waitFor();
  });

  it('shows one server without the column that would repeat it', async () => {
    const page = await pages.open('inspector', { rows: '10000' });
    await page.getByRole('combobox', { name: 'Server' }).selectOption({ label: 'sample' });
    await page.locator('[role=grid][aria-colcount="7"]').waitFor();
    await page.getByRole('button', { name: 'Heads' }).click();
    await page.getByRole('button', { name: 'Heads', pressed: true }).waitFor();
    const last = await page.evaluate(() =>
      window.fakeHost.asked.findLast((body) => JSON.stringify(body).includes('"filter"')),
    );
    assert.deepEqual(last, { type: 'filter', text: '', heads: true, health: false, server: 'sample' });
  });

  it('hides health checks until a button or the filter asks for them', async () => {
    const page = await pages.open('inspector', { rows: '1000', health: '5' });
    await page.locator('[role=grid][aria-rowcount="800"]').waitFor();
    const toggle = page.getByRole('button', { name: 'Health Checks' });
    assert.equal(await toggle.getAttribute('aria-pressed'), 'false');
    const filter = page.getByRole('textbox', { name: 'Filter traffic' });
    await filter.fill('origin:health');
    await page.locator('[role=grid][aria-rowcount="200"]').waitFor();
    await filter.fill('method:ping');
    await page.getByRole('heading', { name: 'Nothing matches' }).waitFor();
    await page.getByRole('button', { name: 'Heads' }).focus();
    await page.keyboard.press('Tab');
    assert.ok(await toggle.evaluate((button) => button === document.activeElement));
    await page.keyboard.press('Space');
    await page.locator('[role=grid][aria-rowcount="200"]').waitFor();
    assert.equal(await toggle.getAttribute('aria-pressed'), 'true');
    await filter.press('Escape');
    await page.locator('[role=grid][aria-rowcount="1000"]').waitFor();
    await page.reload();
    await page.locator('[role=grid][aria-rowcount="1000"]').waitFor();
    await page.getByRole('button', { name: 'Health Checks', pressed: true }).press('Enter');
    await page.locator('[role=grid][aria-rowcount="800"]').waitFor();
    await page.getByRole('button', { name: 'Health Checks', pressed: false }).waitFor();
  });

  it('shows heads, JSON and the exact text of an entry', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 99).click();
    const parsed = page.getByRole('tab', { name: 'Parsed', selected: true });
    await parsed.waitFor();
    const tree = page.getByRole('tree', { name: 'JSON' });
    await tree.getByRole('treeitem', { name: 'count: 9007199254740993' }).waitFor();
    await tree.getByRole('treeitem', { name: '__proto__: { 1 item }' }).waitFor();
    await tree.getByRole('treeitem', { name: 'hidden: "a\\u202eb"' }).waitFor();
    await parsed.press('ArrowRight');
    const raw = page.getByRole('tabpanel', { name: 'Raw' });
    const text = await raw.locator('pre').textContent();
    assert.equal(JSON.parse(text ?? '').params.arguments.hidden, 'a\u202eb');
    await raw.getByRole('button', { name: 'Open in Editor' }).click();
    assert.deepEqual(await page.evaluate(() => window.fakeHost.asked.at(-1)), { type: 'open', seq: 98 });
    await page.keyboard.press('Escape');
    await row(page, 99).press('Enter');
    await page.getByRole('tab', { name: 'Raw', selected: true }).press('Home');
    await page.getByRole('tabpanel', { name: 'Headers' }).getByText('mcp-session-id').waitFor();
    await assertSound(page);
  });

  it('walks a JSON tree by keys', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 99).click();
    const root = page.getByRole('treeitem').first();
    await root.focus();
    await page.keyboard.press('ArrowLeft');
    await page.locator('[role=treeitem][aria-level="1"][aria-expanded=false]').waitFor();
    assert.equal(await page.getByRole('treeitem').count(), 1);
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowDown');
    const focused = page.locator('[role=treeitem]:focus');
    await focused.filter({ hasText: /^\s*id: / }).waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.locator('[role=treeitem][aria-level="1"]:focus').waitFor();
  });

  it('goes to the answer of a request', async () => {
    const page = await pages.open('inspector', { rows: '200' });
    await row(page, 187).click();
    await page.getByRole('button', { name: 'answered by #187' }).click();
    await page.getByRole('region', { name: 'Entry 187' }).waitFor();
    assert.equal(await row(page, 188).getAttribute('aria-selected'), 'true');
  });

  it('selects what the host points at', async () => {
    const page = await pages.open('inspector', { rows: '100000' });
    await row(page, 100_000).waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'select', seq: 5000 }));
    await page.getByRole('region', { name: 'Entry 5000' }).waitFor();
    await assertInView(page, row(page, 5001));
  });

  it('finds filter, server, split and entry again', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await page.getByRole('textbox', { name: 'Filter traffic' }).fill('tools');
    await page.getByRole('combobox', { name: 'Server' }).selectOption({ label: 'everything' });
    await page.locator('.row:not(.pending) .text', { hasText: 'tools/list' }).last().click();
    await page.getByRole('separator').press('ArrowLeft');
    const entry = await page.getByRole('region').getAttribute('aria-label');
    await page.locator('[role=separator][aria-valuenow="48"]').waitFor();
    await page.reload();
    await page.getByRole('region', { name: entry ?? '' }).waitFor();
    assert.equal(await page.getByRole('textbox', { name: 'Filter traffic' }).inputValue(), 'tools');
    assert.equal(await page.getByRole('combobox', { name: 'Server' }).inputValue(), '=everything');
    assert.equal(await page.getByRole('separator').getAttribute('aria-valuenow'), '48');
    await page.locator('.row[aria-selected=true]').waitFor();
  });

  it('says what to do when there is no traffic', async () => {
    const page = await pages.open('inspector', { rows: '0' });
    await page.getByRole('heading', { name: 'No traffic yet' }).waitFor();
    await page.getByText('Health checks are hidden.').waitFor();
    await screenshot(page, 'inspector-empty');
    await assertSound(page);
    await page.evaluate(() => window.fakeHost.append(3));
    await row(page, 3).waitFor();
    await page.getByRole('button', { name: 'Clear Traffic' }).click();
    await page.getByRole('heading', { name: 'No traffic yet' }).waitFor();
  });

  it('says when the host does not answer, and goes on when it does', async function () {
    const page = await pages.open('inspector', { rows: '10', silent: '' });
    await page.getByRole('button', { name: 'Try Again' }).waitFor();
    await screenshot(page, 'inspector-silent');
    await assertSound(page);
    await page.evaluate(() => (window.fakeHost.silent = false));
    await page.getByRole('button', { name: 'Try Again' }).click();
    await row(page, 10).waitFor();
    await page.getByRole('button', { name: 'Try Again' }).waitFor({ state: 'detached' });
  });

  for (const theme of allThemes) {
    it(`is sound in ${theme}, wide and narrow`, async () => {
      const page = await pages.open('inspector', { rows: '10000' }, { theme });
      await row(page, 10_000).waitFor();
      await screenshot(page, `inspector-list-${theme}`);
      await row(page, 9994).click();
      await page.getByRole('tree').waitFor();
      await screenshot(page, `inspector-${theme}`);
      await assertSound(page);
      await page.getByRole('tab', { name: 'Headers' }).click();
      await screenshot(page, `inspector-headers-${theme}`);
      await page.getByRole('button', { name: 'Health Checks' }).click();
      await page.setViewportSize({ width: 420, height: 700 });
      await page.getByRole('tab', { name: 'Raw' }).click();
      await page.locator('.split.stacked').waitFor();
      await screenshot(page, `inspector-narrow-${theme}`);
      await assertSound(page);
    });
  }
});

/** The row with that number, from 1, as a screen reader counts. */
function row(page: Page, number: number): Locator {
  return page.locator(`[role=row][aria-rowindex="${number}"]:not(.pending)`);
}

async function focusedRow(page: Page): Promise<string | null> {
  return page.evaluate(
    () =>
      new Promise((resolve) =>
        requestAnimationFrame(() =>
          requestAnimationFrame(() => resolve(document.activeElement?.getAttribute('aria-rowindex') ?? null)),
        ),
      ),
  );
}

async function scrollTo(page: Page, share: number): Promise<void> {
  await page.locator('.grid-body').evaluate((body, part) => (body.scrollTop = part * body.scrollHeight), share);
}

async function assertInView(page: Page, element: Locator): Promise<void> {
  await element.waitFor();
  const [box, view] = [await element.boundingBox(), await page.locator('.grid-body').boundingBox()];
  assert.ok(box !== null && view !== null);
  assert.ok(
    box.y >= view.y - 1 && box.y + box.height <= view.y + view.height + 1,
    `${box.y} not within ${view.y} + ${view.height}`,
  );
}
