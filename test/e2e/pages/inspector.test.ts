import assert from 'node:assert/strict';
import type { Locator, Page } from 'playwright-core';
import { type Theme, themes } from './pageServer.ts';
import { assertSound, becomes, PageTest, screenshot } from './pageTest.ts';

const allThemes = Object.keys(themes) as Theme[];

describe('the inspector page', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

  it('is small', () => {
    assert.ok(pages.sizes.inspector <= 145_000, `${pages.sizes.inspector} bytes`);
  });

  it('is a grid of rows and cells, scrolled to the newest', async () => {
    const page = await pages.open('inspector', { rows: '10000' });
    const grid = page.getByRole('grid', { name: 'Traffic' });
    await row(page, 10_000).waitFor();
    await becomes(() => grid.getAttribute('aria-rowcount'), '10000');
    await becomes(() => grid.getAttribute('aria-colcount'), '9');
    assert.deepEqual(await grid.getByRole('columnheader').allInnerTexts(), [
      'Time',
      'Direction',
      'Server',
      'Method',
      'Type',
      'Status',
      'Duration',
      'Size',
      'Waterfall',
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
      '',
    ]);
    assert.match(
      (await row(page, 9999).getAttribute('aria-label')) ?? '',
      /^sent request tools\/call longRunningOperation, 171 B, everything, \d/,
    );
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
    await becomes(() => focusedRow(page), '1');
    await page.keyboard.press('End');
    await row(page, 1_000_000).waitFor();
    await becomes(() => focusedRow(page), '1000000');
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
    await becomes(() => focusedRow(page), '198');
    await becomes(() => page.getByRole('tablist').count(), 0);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Entry 197' }).waitFor();
    await page.keyboard.press('ArrowUp');
    await page.getByRole('region', { name: 'Entry 196' }).waitFor();
    await page.keyboard.press('Escape');
    await page.getByRole('tablist').waitFor({ state: 'detached' });
    await becomes(() => focusedRow(page), '197');
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
    await becomes(() => focusedRow(page), '5000');
    await page.keyboard.press('ArrowUp');
    await becomes(() => focusedRow(page), '4999');
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
    await becomes(() => row(page, 751).textContent(), text);
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
    await becomes(() => filter.getAttribute('aria-invalid'), 'true');
    await becomes(() => page.getByRole('grid').getAttribute('aria-rowcount'), '1112');
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
    await becomes(() => page.locator('.row[aria-selected=true]').count(), 0);
    await page.getByRole('region', { name: 'Entry 186' }).waitFor();
  });

  it('shows one server without the column that would repeat it', async () => {
    const page = await pages.open('inspector', { rows: '10000' });
    await page.getByRole('combobox', { name: 'Server' }).selectOption({ label: 'sample' });
    await page.locator('[role=grid][aria-colcount="8"]').waitFor();
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
    await becomes(() => toggle.getAttribute('aria-pressed'), 'false');
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
    await becomes(() => toggle.getAttribute('aria-pressed'), 'true');
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
    await becomes(() => page.evaluate(() => window.fakeHost.asked.at(-1)), { type: 'open', seq: 98 });
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
    await becomes(() => page.getByRole('treeitem').count(), 1);
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
    await becomes(() => row(page, 188).getAttribute('aria-selected'), 'true');
  });

  it('selects what the host points at', async () => {
    const page = await pages.open('inspector', { rows: '100000' });
    await row(page, 100_000).waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'select', seq: 5000 }));
    await page.getByRole('region', { name: 'Entry 5000' }).waitFor();
    await assertInView(page, row(page, 5001));
  });

  it('sorts by a column, the other way, and goes back to the order of time', async () => {
    const page = await pages.open('inspector', { rows: '200' });
    await row(page, 200).waitFor();
    const head = page.getByRole('columnheader', { name: 'Size' });
    const button = head.getByRole('button', { name: 'Size' });
    await button.click();
    await page.locator('[role=columnheader][aria-sort=descending]').waitFor();
    await row(page, 1).filter({ hasText: '1.3 MB' }).waitFor();
    await assertInView(page, row(page, 1));
    await page.evaluate(() => window.fakeHost.append(18));
    const pill = page.getByRole('button', { name: '18 new' });
    await pill.waitFor();
    await row(page, 12).filter({ hasText: '1.3 MB' }).waitFor();
    await screenshot(page, 'inspector-sorted');
    await button.press('Enter');
    await page.locator('[role=columnheader][aria-sort=ascending]', { hasText: 'Size' }).waitFor();
    await button.press('Enter');
    await page.locator('[role=columnheader][aria-sort=ascending]', { hasText: 'Time' }).waitFor();
    await assertInView(page, row(page, 218));
    await assertSound(page);
  });

  it('keeps the current row the same entry while a sorted list grows', async () => {
    const page = await pages.open('inspector', { rows: '180' });
    await row(page, 180).waitFor();
    await page.getByRole('columnheader', { name: 'Time' }).getByRole('button').click();
    await row(page, 1).filter({ hasText: 'stderr' }).click();
    await page.getByRole('region', { name: 'Entry 179' }).waitFor();
    await page.evaluate(() => window.fakeHost.append(4));
    await page.locator('[role=row][aria-rowindex="5"][aria-selected=true]').waitFor();
    await becomes(() => focusedRow(page), '5');
  });

  it('moves between heads by arrows, and their edges too', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 100).waitFor();
    const time = page.getByRole('columnheader', { name: 'Time' });
    await time.getByRole('button').focus();
    const edge = page.getByRole('separator', { name: 'Width of Server' });
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.locator('[role=separator][aria-label="Width of Server"][tabindex="0"]').waitFor();
    await page.keyboard.press('Tab');
    assert.ok(await edge.evaluate((element) => element === document.activeElement));
    await page.keyboard.press('Shift+ArrowRight');
    await page.keyboard.press('ArrowLeft');
    await page.locator('[role=separator][aria-label="Width of Server"][aria-valuenow="136"]').waitFor();
    await until(page, async () => (await asked(page, 'saveLayout')) !== undefined);
    await page.reload();
    await page.locator('[role=separator][aria-label="Width of Server"][aria-valuenow="136"]').waitFor();
  });

  it('widens a column by dragging its edge, and gives its width back at a double click', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 100).waitFor();
    const edge = page.getByRole('separator', { name: 'Width of Time' });
    const box = await edge.boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + 4, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + 34, box.y + 12, { steps: 3 });
    await page.mouse.up();
    await page.locator('[role=separator][aria-label="Width of Time"][aria-valuenow="122"]').waitFor();
    await edge.dblclick();
    await page.locator('[role=separator][aria-label="Width of Time"][aria-valuenow="92"]').waitFor();
  });

  it('takes the columns that the host kept, and lets one choose others by keys', async () => {
    const page = await pages.open('inspector', { rows: '100', layout: '{"size":[80,0],"waterfall":[170,0]}' });
    await row(page, 100).waitFor();
    await becomes(() => page.getByRole('grid').getAttribute('aria-colcount'), '7');
    await page.getByRole('button', { name: 'Columns' }).press('Enter');
    const menu = page.getByRole('menu', { name: 'Columns' });
    await menu.getByRole('menuitemcheckbox', { name: 'Tool' }).waitFor();
    await assertSound(page);
    await page.keyboard.press('t');
    await page.locator('[role=menuitemcheckbox]:focus', { hasText: 'Tool' }).waitFor();
    await page.keyboard.press('Space');
    await page.locator('[role=grid][aria-colcount="8"]').waitFor();
    await screenshot(page, 'inspector-columns');
    await page.keyboard.press('Escape');
    await menu.waitFor({ state: 'detached' });
    assert.ok(
      await page.getByRole('button', { name: 'Columns' }).evaluate((button) => button === document.activeElement),
    );
    await page.getByRole('columnheader', { name: 'Tool' }).click({ button: 'right' });
    await menu.waitFor();
  });

  it('grows the bars of what waits, asks for its rows four times a second at most, and shows the answer', async () => {
    const page = await pages.open('inspector', { rows: '36', pending: '18' });
    await row(page, 36).waitFor();
    await page.locator('.part.live').first().waitFor();
    assert.ok((await page.locator('.part.live').count()) >= 4);
    const pagesAsked = (): Promise<number> =>
      page.evaluate(() => window.fakeHost.asked.filter((body) => JSON.stringify(body).includes('"page"')).length);
    const before = await pagesAsked();
    await until(page, async () => (await pagesAsked()) >= before + 3);
    await screenshot(page, 'inspector-live');
    await page.evaluate(() => window.fakeHost.answerPending());
    await page.locator('.part.live').first().waitFor({ state: 'detached' });
    await page.locator('.part.stream').first().waitFor();
  });

  it('does not animate where less motion is asked for', async () => {
    const page = await pages.open('inspector', { rows: '36', pending: '18' });
    const animation = (): Promise<string> =>
      page
        .locator('.part.live')
        .first()
        .evaluate((part) => getComputedStyle(part).animationName);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await becomes(() => animation(), 'none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await becomes(() => animation(), 'live');
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    await becomes(() => animation(), 'none');
  });

  it('goes from a progress notification to its call, by mouse and by key', async () => {
    const page = await pages.open('inspector', { rows: '36' });
    await row(page, 28).getByRole('button', { name: '#26' }).click();
    await page.getByRole('region', { name: 'Entry 26' }).waitFor();
    await page.keyboard.press('Escape');
    await row(page, 27).press('ArrowDown');
    await page.locator('[role=row][aria-rowindex="28"]:focus').waitFor();
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('region', { name: 'Entry 26' }).waitFor();
    await becomes(() => focusedRow(page), '27');
  });

  it('draws a line where a process begins', async () => {
    const page = await pages.open('inspector', { rows: '36' });
    const line = row(page, 19);
    await becomes(() => line.getByRole('gridcell').getAttribute('aria-colspan'), '9');
    assert.match((await line.getAttribute('aria-label')) ?? '', /^spawned node server\.js, sample, /);
  });

  it('completes what is typed, by keys and by mouse', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await row(page, 1000).waitFor();
    const filter = page.getByRole('textbox', { name: 'Filter traffic' });
    await filter.pressSequentially('me');
    const list = page.getByRole('listbox', { name: 'Suggestions' });
    await list.getByRole('option', { name: 'method:' }).waitFor();
    await filter.press('ArrowDown');
    await page.locator('#filter[aria-activedescendant]').waitFor();
    const active = await filter.getAttribute('aria-activedescendant');
    assert.ok(await list.getByRole('option', { selected: true }).evaluate((option, id) => option.id === id, active));
    await assertSound(page);
    await filter.press('Enter');
    await becomes(() => filter.inputValue(), 'method:');
    await list.getByRole('option', { name: 'method:tools/list' }).click();
    await becomes(() => filter.inputValue(), 'method:tools/list ');
    await list.waitFor({ state: 'detached' });
    await page.locator('[role=grid][aria-rowcount="112"]').waitFor();
    assert.ok(await filter.evaluate((input) => input === document.activeElement));
  });

  it('marks the place of an error in the filter', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await page.getByRole('textbox', { name: 'Filter traffic' }).fill('tools metod:x');
    await page.locator('.wrong-filter mark', { hasText: 'metod:x' }).waitFor();
  });

  it('keeps filters under names, applies and deletes them', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    const button = page.getByRole('button', { name: 'Saved Filters' });
    const filter = page.getByRole('textbox', { name: 'Filter traffic' });
    await filter.fill('method:tools/list');
    await filter.press('Enter');
    await button.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Saved Filters' });
    await dialog.getByRole('textbox').fill('Lists');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    assert.ok(await button.evaluate((element) => element === document.activeElement));
    await filter.fill('');
    await filter.press('Enter');
    await page.locator('[role=grid][aria-rowcount="1000"]').waitFor();
    await page.reload();
    await button.click();
    await assertSound(page);
    await screenshot(page, 'inspector-saved-filters');
    await dialog.getByRole('button', { name: 'Lists method:tools/list' }).click();
    await page.locator('[role=grid][aria-rowcount="112"]').waitFor();
    await button.click();
    await dialog.getByRole('button', { name: 'Delete Lists' }).click();
    await dialog.getByText('No filter has been saved yet.').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('narrows down to a time that is marked on the overview, by mouse and by keys', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    const box = await page.getByRole('group', { name: 'Traffic over time' }).boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width / 4, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 12, { steps: 3 });
    await page.mouse.up();
    const chip = page.getByRole('button', { name: 'Show All Times' });
    await chip.waitFor();
    await until(page, async () => isBetween(200, await rowCount(page), 300));
    await assertSound(page);
    await screenshot(page, 'inspector-range');
    await chip.click();
    await page.locator('[role=grid][aria-rowcount="1000"]').waitFor();
    const from = page.getByRole('slider', { name: 'Show traffic from' });
    await from.focus();
    for (let times = 0; times < 6; times += 1) await page.keyboard.press('PageUp');
    await until(page, async () => isBetween(450, await rowCount(page), 550));
    await from.press('Home');
    await page.locator('[role=grid][aria-rowcount="1000"]').waitFor();
  });

  it('counts by method, and a row leads to its traffic', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await page.getByRole('button', { name: 'Statistics' }).click();
    const table = page.getByRole('table');
    await table.getByRole('columnheader', { name: 'p95' }).getByRole('button').click();
    await page.locator('th[aria-sort=descending]', { hasText: 'p95' }).waitFor();
    await screenshot(page, 'inspector-statistics');
    await assertSound(page);
    await table
      .getByRole('row', { name: /^sample tools\/list/ })
      .getByRole('button')
      .press('Enter');
    await page.locator('[role=grid][aria-colcount="8"]').waitFor();
    await becomes(() => page.getByRole('textbox', { name: 'Filter traffic' }).inputValue(), 'method:tools/list');
    await becomes(() => page.getByRole('combobox', { name: 'Server' }).inputValue(), '=sample');
  });

  it('has a menu for a row, by mouse and by keys', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await row(page, 997).click({ button: 'right' });
    const menu = page.getByRole('menu', { name: 'Entry 996' });
    await menu.waitFor();
    await assertSound(page);
    await screenshot(page, 'inspector-menu');
    await menu.getByRole('menuitem', { name: 'Copy as cURL' }).click();
    await page.getByRole('status').filter({ hasText: 'Copied' }).waitFor();
    await becomes(() => asked(page, 'copy'), { type: 'copy', seq: 996, format: 'curl' });
    await row(page, 997).focus();
    await page.keyboard.press('Shift+F10');
    await menu.waitFor();
    await page.keyboard.press('e');
    await page.keyboard.press('Enter');
    await menu.waitFor({ state: 'detached' });
    await becomes(() => asked(page, 'replay'), { type: 'replay', seq: 996, edit: true });
    await becomes(() => focusedRow(page), '997');
    await page.keyboard.press('Shift+F10');
    await menu.getByRole('menuitem', { name: 'Filter by This Method' }).click();
    await page.locator('[role=grid][aria-rowcount="333"]').waitFor();
  });

  it('compares two rows that are selected, by mouse and by keys', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 95).click();
    await row(page, 98).click({ modifiers: ['Control'] });
    await becomes(() => page.locator('[role=row][aria-selected=true]').count(), 2);
    await assertSound(page);
    await page.getByText('#94 and #97 selected').waitFor();
    await page.getByRole('button', { name: 'Compare', exact: true }).click();
    await becomes(() => asked(page, 'compare'), { type: 'compare', left: 94, right: 97 });
    await page.getByRole('button', { name: 'Clear Selection' }).click();
    await row(page, 98).focus();
    await page.keyboard.press('Control+Space');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Shift+F10');
    await page.getByRole('menuitem', { name: 'Compare with Selected' }).click();
    await becomes(() => asked(page, 'compare'), { type: 'compare', left: 97, right: 96 });
  });

  it('shows how far a search is, and stops it', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 100).waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'progress', task: 'search', share: 0.42 }));
    await page.locator('[role=progressbar][aria-valuenow="42"]').waitFor();
    await assertSound(page);
    await page.getByRole('button', { name: 'Stop Searching' }).click();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await becomes(() => asked(page, 'stopSearch'), { type: 'stopSearch' });
  });

  it('shows that it records', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    const record = page.getByRole('button', { name: 'Record to File' });
    await record.click();
    await page.getByRole('button', { name: 'Record to File', pressed: true }).waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'recording', isRecording: false }));
    await page.getByRole('button', { name: 'Record to File', pressed: false }).waitFor();
    await page.getByRole('button', { name: 'Export…' }).click();
    await becomes(() => asked(page, 'export'), { type: 'export' });
  });

  it('shows a file by its name, and offers nothing that needs a server', async () => {
    const page = await pages.open('inspector', { rows: '0', file: 'session.mcptraffic' });
    await page.getByText('session.mcptraffic').waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'progress', task: 'file', share: 0.5 }));
    await page.locator('[role=progressbar][aria-valuenow="50"]').waitFor();
    await page.getByText('Reading the file…').waitFor();
    await page.evaluate(() => window.fakeHost.append(500));
    await page.evaluate(() => window.fakeHost.post({ type: 'progress', task: 'file', share: 1 }));
    await row(page, 500).waitFor();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await becomes(() => page.getByRole('button', { name: 'Clear Traffic' }).count(), 0);
    await becomes(() => page.getByRole('button', { name: 'Record to File' }).count(), 0);
    await row(page, 497).click({ button: 'right' });
    await page.getByRole('menuitem', { name: 'Open in Editor' }).waitFor();
    await becomes(() => page.getByRole('menuitem', { name: 'Replay' }).count(), 0);
    await screenshot(page, 'inspector-file');
  });

  it('tells screen readers how much there is, in passing', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await page.locator('[role=status]', { hasText: '1,000 entries' }).waitFor();
    await page.evaluate(() => window.fakeHost.append(5));
    await page.locator('[role=status]', { hasText: '1,005 entries' }).waitFor();
  });

  it('keeps the document small while traffic floods in', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await page.setViewportSize({ width: 1920, height: 1200 });
    await row(page, 1000).waitFor();
    const elements = await page.evaluate(async () => {
      let most = 0;
      for (let batch = 0; batch < 50; batch += 1) {
        window.fakeHost.append(2000);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        most = Math.max(most, document.querySelectorAll('*').length);
      }
      return most;
    });
    await row(page, 101_000).waitFor();
    assert.ok(elements < 3000, `${elements} elements`);
  });

  it('finds filter, server, split and entry again', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await page.getByRole('textbox', { name: 'Filter traffic' }).fill('tools');
    await page.getByRole('combobox', { name: 'Server' }).selectOption({ label: 'everything' });
    await page.locator('.row:not(.pending) .text', { hasText: 'tools/list' }).last().click();
    await page.getByRole('separator', { name: 'Resize detail' }).press('ArrowLeft');
    const entry = await page.getByRole('region').getAttribute('aria-label');
    await page.locator('.split-handle[aria-valuenow="48"]').waitFor();
    await page.reload();
    await page.getByRole('region', { name: entry ?? '' }).waitFor();
    await becomes(() => page.getByRole('textbox', { name: 'Filter traffic' }).inputValue(), 'tools');
    await becomes(() => page.getByRole('combobox', { name: 'Server' }).inputValue(), '=everything');
    await becomes(() => page.getByRole('separator', { name: 'Resize detail' }).getAttribute('aria-valuenow'), '48');
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
      await assertSound(page, { whole: true });
      await page.getByRole('tab', { name: 'Headers' }).click();
      await screenshot(page, `inspector-headers-${theme}`);
      await page.getByRole('button', { name: 'Health Checks' }).click();
      await page.setViewportSize({ width: 420, height: 700 });
      await page.getByRole('tab', { name: 'Raw' }).click();
      await page.locator('.split.stacked').waitFor();
      await screenshot(page, `inspector-narrow-${theme}`);
      await assertSound(page, { whole: true });
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

/** The last request of a type. */
async function asked(page: Page, type: string): Promise<unknown> {
  return page.evaluate(
    (wanted) => window.fakeHost.asked.findLast((body) => JSON.stringify(body).startsWith(`{"type":"${wanted}"`)),
    type,
  );
}

/** Looks once a frame until it holds; the test's own timeout ends it. */
async function until(page: Page, holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
}

async function rowCount(page: Page): Promise<number> {
  return Number(await page.getByRole('grid').getAttribute('aria-rowcount'));
}

function isBetween(least: number, value: number, most: number): boolean {
  return value > least && value < most;
}
