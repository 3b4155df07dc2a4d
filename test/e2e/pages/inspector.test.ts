import assert from 'node:assert/strict';
import type { Locator } from 'playwright-core';
import { asked, assertInView, row } from './listTest.ts';
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

  it('tells the day, and times to the microsecond, without room of their own in the list', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    const exact = /^2026-11-2\d \d\d:41:00\.669750$/;
    const time = page.locator('[role=row][aria-rowindex="95"] .cell.time');
    // The row is there before what is in it.
    await becomes(async () => exact.test((await time.getAttribute('title')) ?? ''), true);
    assert.match((await time.textContent()) ?? '', /^\d\d:41:00\.669$/);
    await page
      .getByRole('row', { name: /^spawned node server.js, .*, 2026-11-2\d \d\d:41:00/ })
      .first()
      .waitFor();
    await time.click();
    await page.getByRole('tab', { name: 'Headers' }).click();
    const fact = (name: string): Locator => page.locator('.definitions div', { hasText: name }).locator('.value');
    await becomes(() => fact('Duration').textContent(), '6.2 ms (6,210 µs)');
    assert.match((await fact('Time').first().textContent()) ?? '', exact);
    const box = await page.getByRole('group', { name: 'Traffic over time' }).boundingBox();
    assert.ok(box !== null);
    await page.mouse.move(box.x + box.width / 4, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + 12, { steps: 3 });
    await page.mouse.up();
    await page
      .locator('.chip')
      .getByText(/^2026-11-2\d \d\d:41:00\.\d{3} – \d\d:41:00\.\d{3}$/)
      .waitFor();
    const end = page.getByRole('slider', { name: 'Show traffic until' });
    assert.match((await end.getAttribute('aria-valuetext')) ?? '', /^2026-11-2\d /);
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
    await row(page, 500).waitFor();
    await page.getByRole('button', { name: 'Stop Reading' }).click();
    await becomes(() => asked(page, 'stop'), { type: 'stop', task: 'file' });
    await page.getByRole('progressbar').waitFor({ state: 'detached' });
    await page.evaluate(() => window.fakeHost.post({ type: 'readingStopped', share: 0.5 }));
    await page.getByText('50 % of the file').waitFor();
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

  it('closes the detail when traffic is cleared', async () => {
    const page = await pages.open('inspector', { rows: '10' });
    await row(page, 10).click();
    await page.getByRole('tabpanel').waitFor();
    await page.getByRole('button', { name: 'Clear Traffic' }).click();
    await page.getByRole('heading', { name: 'No traffic yet' }).waitFor();
    await becomes(() => page.getByRole('tabpanel').count(), 0);
  });

  it('opens the entry again that was open, and in another log no other of the same number', async () => {
    const page = await pages.open('inspector', { rows: '100' });
    await row(page, 100).click();
    await page.getByRole('region', { name: 'Entry 99' }).waitFor();
    await page.reload();
    await page.getByRole('region', { name: 'Entry 99' }).waitFor();
    await page.goto(`${page.url()}&log=another`);
    await row(page, 100).waitFor();
    await becomes(() => page.getByRole('region', { name: /^Entry/ }).count(), 0);
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
