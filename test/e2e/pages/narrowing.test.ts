import assert from 'node:assert/strict';
import { asked, isBetween, row, rowCount, until } from './listTest.ts';
import { assertSound, becomes, PageTest, screenshot } from './pageTest.ts';

describe('what the inspector narrows its list down to', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

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

  it('shows all that one server said where the host asks for it', async () => {
    const page = await pages.open('inspector', { rows: '10000' });
    const filter = page.getByRole('textbox', { name: 'Filter traffic' });
    await filter.fill('method:tools/list');
    await page.locator('[role=grid][aria-rowcount="1112"]').waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'showServer', server: 'sample' }));
    await page.locator('[role=grid][aria-colcount="8"]').waitFor();
    await becomes(() => filter.inputValue(), '');
    const expected = { type: 'filter', text: '', heads: false, health: false, server: 'sample' };
    await becomes(() => asked(page, 'filter'), expected);
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
    await becomes(() => page.getByRole('textbox', { name: 'Filter traffic' }).inputValue(), 'method:=tools/list');
    await page.getByRole('button', { name: 'Health Checks', pressed: true }).waitFor();
    await becomes(() => page.getByRole('combobox', { name: 'Server' }).inputValue(), '=sample');
  });

  it('shows how far a search is, and stops it', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 100).waitFor();
    await page.evaluate(() => window.fakeHost.post({ type: 'progress', task: 'search', share: 0.42 }));
    await page.locator('[role=progressbar][aria-valuenow="42"]').waitFor();
    await assertSound(page);
    await page.getByRole('button', { name: 'Stop Searching' }).click();
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await becomes(() => asked(page, 'stop'), { type: 'stop', task: 'search' });
  });
});
