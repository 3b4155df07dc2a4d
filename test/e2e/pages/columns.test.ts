import assert from 'node:assert/strict';
import { asked, assertInView, focusedRow, row, until } from './listTest.ts';
import { assertSound, becomes, PageTest, screenshot } from './pageTest.ts';

describe('the columns of the inspector', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

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
        .evaluate((part) => getComputedStyle(part, '::before').animationName);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await becomes(() => animation(), 'none');
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await becomes(() => animation(), 'live');
    await page.evaluate(() => document.body.classList.add('vscode-reduce-motion'));
    await becomes(() => animation(), 'none');
  });
});
