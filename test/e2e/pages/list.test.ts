import assert from 'node:assert/strict';
import { asked, assertInView, focusedRow, row, scrollTo } from './listTest.ts';
import { assertSound, becomes, PageTest, screenshot } from './pageTest.ts';

describe('the list of the inspector', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

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

  it('counts no new rows where all are in sight', async () => {
    const page = await pages.open('inspector', { rows: '5' });
    await row(page, 3).click();
    await page.evaluate(() => window.fakeHost.append(3));
    await row(page, 8).waitFor();
    const pill = page.getByRole('button', { name: /new$/ });
    await becomes(() => pill.count(), 0);
    await page.evaluate(() => window.fakeHost.append(100));
    await pill.waitFor();
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

  it('keeps the document small while traffic floods in, and has no blank row in it', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await page.setViewportSize({ width: 1920, height: 1200 });
    await row(page, 1000).waitFor();
    const { elements, blank } = await page.evaluate(async () => {
      let [elements, blank] = [0, 0];
      for (let batch = 0; batch < 50; batch += 1) {
        window.fakeHost.append(2000);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        elements = Math.max(elements, document.querySelectorAll('*').length);
        blank = Math.max(blank, document.querySelectorAll('.row.pending').length);
      }
      return { elements, blank };
    });
    await row(page, 101_000).waitFor();
    assert.ok(elements < 3000, `${elements} elements`);
    assert.equal(blank, 0);
  });

  it('draws the rows beside the window only when the flood is over', async () => {
    const page = await pages.open('inspector', { rows: '1000' });
    await row(page, 1000).waitFor();
    const rows = (): Promise<number> => page.locator('.grid-body .row').count();
    const before = await rows();
    // In one go: half a second later it is over.
    const drawn = await page.evaluate(async () => {
      window.fakeHost.append(2000);
      while (document.querySelector('[aria-rowindex="3000"]') === null)
        await new Promise((resolve) => requestAnimationFrame(resolve));
      const body = document.querySelector('.grid-body')?.getBoundingClientRect();
      const boxes = [...document.querySelectorAll('.grid-body .row')].map((element) => element.getBoundingClientRect());
      const inSight = boxes.filter(({ top, bottom }) => body !== undefined && bottom > body.top && top < body.bottom);
      return { all: boxes.length, inSight: inSight.length };
    });
    assert.equal(drawn.all, drawn.inSight);
    assert.ok(drawn.all < before, `${drawn.all} of ${before}`);
    await becomes(rows, before);
  });
});
