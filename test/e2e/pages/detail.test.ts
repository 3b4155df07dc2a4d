import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';
import type { SceneName } from './detailAnswers.ts';
import { type Theme, themes } from './pageServer.ts';
import { assertSound, becomes, PageTest, screenshot } from './pageTest.ts';

const allThemes = Object.keys(themes) as Theme[];

describe('the detail of an entry', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

  /** Opens entry 94, a request, as `scene` shows it. */
  async function open(scene?: SceneName, tab?: string, theme: Theme = 'dark-modern'): Promise<Page> {
    const page = await pages.open('inspector', { rows: '100', ...(scene === undefined ? {} : { scene }) }, { theme });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.locator('[role=row][aria-rowindex="95"]:not(.pending)').click();
    await page.getByRole('tabpanel').waitFor();
    if (tab !== undefined) await page.getByRole('tab', { name: tab }).click();
    return page;
  }

  it('hides tabs in which there is nothing, and keeps the chosen one for entries that have it', async () => {
    const page = await open(undefined, 'Schema');
    await becomes(() => page.getByRole('tab', { name: 'Events' }).count(), 0);
    await page.getByRole('tabpanel', { name: 'Schema' }).waitFor();
    await page.locator('[role=row][aria-rowindex="89"]').click();
    await page.getByRole('region', { name: 'Entry 88' }).waitFor();
    await page.getByRole('tab', { name: 'Raw', selected: true }).waitFor();
    await page.locator('[role=row][aria-rowindex="95"]').click();
    await page.getByRole('tab', { name: 'Schema', selected: true }).waitFor();
  });

  it('shows remarks with their rule and section', async () => {
    const page = await open('violation');
    const notes = page.getByRole('list', { name: 'Notes' }).getByRole('listitem');
    assert.match(
      (await notes.first().textContent()) ?? '',
      /Error: .*does not accept.*http\.accept.*basic\/transports#/s,
    );
    await becomes(() => notes.count(), 3);
  });

  it('copies the value and both paths of a JSON node, by button and by key', async () => {
    const page = await open(undefined, 'Parsed');
    const node = page.getByRole('treeitem', { name: 'count: 9007199254740993' });
    await node.click();
    await page.getByRole('button', { name: 'Copy Value' }).click();
    assert.equal(await clipboard(page, 'Value copied'), '9007199254740993');
    await page.getByRole('button', { name: 'Copy Pointer' }).click();
    assert.equal(await clipboard(page, 'Path copied'), '/params/arguments/count');
    await node.press('j');
    await page.waitForFunction(async () => (await navigator.clipboard.readText()).startsWith('$'));
    assert.equal(await clipboard(page, 'Path copied'), '$.params.arguments.count');
    await page.getByRole('treeitem', { name: 'hidden:' }).click();
    await page.keyboard.press('Control+c');
    assert.equal(await clipboard(page, 'Value copied'), 'a\u202eb');
  });

  it('copies a header', async () => {
    const page = await open(undefined, 'Headers');
    await page.getByRole('button', { name: 'Copy mcp-protocol-version' }).click();
    assert.equal(await clipboard(page, 'Value copied'), '2025-11-25');
  });

  it('shows pictures and plays sounds that are what they say, and offers the bytes of everything else', async () => {
    const page = await open('content', 'Parsed');
    const value = page.getByRole('region', { name: 'Value' });
    await value.getByText('Two pictures and a sound.').waitFor();
    await page.getByRole('treeitem', { name: '1: {' }).click();
    const image = value.getByRole('img', { name: /^Image, image\/png/ });
    await image.waitFor();
    await becomes(() => image.evaluate((element) => (element as HTMLImageElement).naturalWidth), 48);
    await value.getByRole('button', { name: 'Hex' }).click();
    await value.getByText('89 50 4e 47').waitFor();
    await page.getByRole('treeitem', { name: '2: {' }).click();
    await value.locator('audio').waitFor();
    await page.getByRole('treeitem', { name: '3: {' }).click();
    await value.getByText('Base64: unknown type, 300 B; the server says image/png').waitFor();
    await becomes(() => value.getByRole('img').count(), 0);
    await assertSound(page, { within: '.detail' });
  });

  it('gives Markdown its looks, and the text at the press of a button', async () => {
    const page = await open('markdown', 'Parsed');
    const value = page.getByRole('region', { name: 'Value' });
    await value.getByRole('cell', { name: '24 °C' }).waitFor();
    await becomes(() => value.getByRole('link').count(), 0);
    await assertSound(page, { within: '.detail' });
    await value.getByRole('button', { name: 'Text' }).click();
    assert.match((await value.locator('pre.raw').textContent()) ?? '', /^# Weather in Vienna\n\nIt is \*\*warm/);
  });

  it('leaves hostile content inert', async () => {
    const page = await open('hostile', 'Parsed');
    const outside: string[] = [];
    page.on('request', (request) => outside.push(request.url()));
    const value = page.getByRole('region', { name: 'Value' });
    await value.getByText('<img src=x onerror="alert(1)">').waitFor();
    await page.getByRole('treeitem', { name: '1: {' }).click();
    await value.getByText('the server says image/png').waitFor();
    for (const tab of ['Headers', 'Raw', 'Hex', 'Events', 'Timing', 'Schema', 'Related']) {
      await page.getByRole('tab', { name: tab }).click();
    }
    await becomes(() => page.locator('.detail :is(a, img, script, iframe, object, embed)').count(), 0);
    assert.deepEqual(outside, []);
    await assertSound(page, { within: '.detail' });
  });

  it('copies a raw text of many blocks as it is', async () => {
    const page = await open('line', 'Raw');
    const raw = page.locator('pre.raw');
    assert.equal((await raw.textContent())?.length, 59_700);
    await raw.evaluate((element) => getSelection()?.selectAllChildren(element));
    await page.keyboard.press('Control+c');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, await raw.textContent());
    assert.ok(copied.startsWith('x\u202eyplain plain '));
  });

  it('asks for bytes by the page and draws few rows of many', async () => {
    const page = await open('reads', 'Hex');
    const grid = page.getByRole('grid', { name: 'Bytes' });
    await grid.getByText('7b 22').first().waitFor();
    await becomes(() => grid.getAttribute('aria-rowcount'), '12500');
    await grid.getByRole('row').first().focus();
    await page.keyboard.press('Control+End');
    await grid.locator('[aria-rowindex="12500"]:focus').getByText('00030d30').waitFor();
    await page.getByRole('status').getByText('Offset 199,999 (0x30d3f)').waitFor();
    assert.ok((await grid.getByRole('row').count()) < 60);
    const asked = await page.evaluate(() => window.fakeHost.asked.map((body) => JSON.stringify(body)));
    assert.ok(asked.filter((body) => body.includes('"bytes"')).length <= 3);
    await assertSound(page, { within: '.detail' });
  });

  it('selects the same bytes as digits and as text, by mouse and by key, and copies them', async () => {
    const page = await open('reads', 'Hex');
    const row = page.getByRole('grid', { name: 'Bytes' }).locator('[aria-rowindex="1"]');
    await row.getByText('7b 22').waitFor();
    const digits = await row.locator('.hex-bytes').boundingBox();
    assert.ok(digits !== null);
    const x = (byte: number): number => digits.x + (digits.width / 48) * (byte * 3 + 1);
    await page.mouse.move(x(2), digits.y + 8);
    await page.mouse.down();
    await page.mouse.move(x(5), digits.y + 8);
    await page.mouse.up();
    assert.equal((await row.locator('.hex-text .selected').allTextContents()).join(''), 'json');
    await page.keyboard.press('Shift+ArrowRight');
    await page.getByText('5 bytes selected').waitFor();
    assert.equal((await row.locator('.hex-bytes .selected').allTextContents()).join(' '), '6a 73 6f 6e 72');
    await page.keyboard.press('Control+c');
    assert.equal(await clipboard(page, 'Copied'), '6a 73 6f 6e 72');
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Copy Text' }).click();
    await page.waitForFunction(async () => (await navigator.clipboard.readText()) === 'jsonr');
  });

  it('goes to an offset and to the next read from the socket', async () => {
    const page = await open('reads', 'Hex');
    const offset = page.getByRole('textbox', { name: 'Go to offset' });
    await offset.fill('0x2025');
    await offset.press('Enter');
    const status = page.locator('.hex-status');
    await status.getByText('Offset 8,229 (0x2025)').waitFor();
    await page.locator('.hex-rows .cursor.chunk').waitFor();
    await page.getByRole('button', { name: 'Next read' }).click();
    await status.getByText('Offset 16,421').waitFor();
    await page.getByRole('button', { name: 'Previous read' }).click();
    await status.getByText('Offset 8,229').waitFor();
    await offset.fill('200000');
    await offset.press('Enter');
    await page.getByText('There is no such offset: the last is 0x30d3f.').waitFor();
    await page.locator('input.offset[aria-invalid=true]').waitFor();
  });

  it('shows each event of the stream and goes to its entry', async () => {
    const page = await open('content', 'Events');
    const grid = page.getByRole('grid', { name: 'Events of the stream' });
    await grid.locator('[aria-rowindex="95"].shown').waitFor();
    await becomes(() => grid.getAttribute('aria-rowcount'), '10000');
    await grid.getByText('malformed: dat: {"lost":true}').first().waitFor();
    await grid.getByText(': keep-alive (+1)').first().waitFor();
    await grid.getByRole('gridcell', { name: /^3 ids missing \{… "method":/ }).waitFor();
    await grid.locator('[aria-rowindex="90"]').click();
    await page.getByRole('region', { name: 'Entry 89' }).waitFor();
    await grid.locator('[aria-rowindex="90"].shown').waitFor();
    await grid.locator('[aria-rowindex="90"]').focus();
    await page.keyboard.press('End');
    await grid.locator('[aria-rowindex="10000"]:focus').getByText('line 9999').waitFor();
    assert.ok((await grid.getByRole('row').count()) < 60);
    await assertSound(page, { within: '.detail' });
  });

  it('has room for the data of events at every width, and cuts nothing off', async () => {
    const page = await open('reads', 'Events');
    const head = page.locator('.events .rows-head');
    await head.waitFor();
    for (const width of [360, 480, 500, 820, 840, 1000, 1180, 1300, 1400, 1660]) {
      await page.setViewportSize({ width, height: 620 });
      const room = (): Promise<boolean> =>
        head.evaluate((row) => {
          const data = row.querySelector('.data')?.clientWidth ?? 0;
          const end = row.querySelector('.event-cells')?.lastElementChild?.getBoundingClientRect().right ?? Infinity;
          const cut = [...row.querySelectorAll('span')].filter(
            ({ scrollWidth, clientWidth }) => scrollWidth > clientWidth,
          );
          return (
            cut.length === 0 &&
            data > 150 &&
            end <= row.getBoundingClientRect().right &&
            row.scrollWidth <= row.clientWidth
          );
        });
      await becomes(room, true);
    }
  });

  it('tells when what happened, and what goes on', async () => {
    let page = await open('reads', 'Timing');
    await page.getByRole('row', { name: 'Waiting for the first byte 1.2 ms 13 ms' }).waitFor();
    await page.getByRole('heading', { name: 'Arrived in 25 reads from the socket' }).waitFor();
    page = await open('pending', 'Timing');
    await page.getByRole('row', { name: /Until the answer was there .* goes on/ }).waitFor();
    await page.getByText('and goes on.').waitFor();
  });

  it('shows what a message was checked against and where that came from', async () => {
    const page = await open(undefined, 'Schema');
    const report = page.getByRole('region', { name: 'inputSchema of echo' });
    await report.getByText('Must be at most 100.').waitFor();
    await report.getByText('Schema', { exact: true }).click();
    await report.getByRole('treeitem', { name: 'additionalProperties: false' }).waitFor();
    await page.getByRole('region', { name: 'CallToolRequest' }).getByText('The message fits.').waitFor();
    await page.getByRole('region', { name: 'inputSchema of long' }).getByText('The schema is too long').waitFor();
    await assertSound(page, { within: '.detail' });
    await report.getByRole('button', { name: 'from #92' }).click();
    await page.getByRole('region', { name: 'Entry 92' }).waitFor();
  });

  it('lists what belongs to an entry and goes there', async () => {
    const page = await open(undefined, 'Related');
    await page.getByRole('heading', { name: 'Session 1f6e2b52' }).waitFor();
    await page.locator('[aria-current=true]').getByText('#94').waitFor();
    await page.getByText('240 more').waitFor();
    await page
      .getByRole('button', { name: /#98 .*longRunningOperation/ })
      .first()
      .click();
    await page.getByRole('region', { name: 'Entry 98' }).waitFor();
  });

  it('of a batch leads to each call that it answers', async () => {
    const page = await open('batch');
    const links = page.getByRole('button', { name: /^answer to #\d+$/ });
    await becomes(() => links.count(), 20);
    await screenshot(page, 'detail-batch-dark-modern');
    await assertSound(page, { within: '.detail' });
    await links.nth(7).click();
    await page.getByRole('region', { name: 'Entry 86' }).waitFor();
  });

  it('copies as, replays, resends and compares', async () => {
    const page = await open();
    await page.getByRole('button', { name: 'Copy as' }).press('ArrowDown');
    await page.getByRole('menuitem', { name: 'cURL' }).waitFor();
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await becomes(() => lastAsked(page, 'copy'), { type: 'copy', seq: 94, format: 'raw' });
    await page.getByRole('button', { name: 'Replay' }).click();
    await becomes(() => lastAsked(page, 'replay'), { type: 'replay', seq: 94, edit: false });
    await page.getByText('Sent again').waitFor();
    await page.getByRole('button', { name: 'Edit and Resend…' }).click();
    await becomes(() => lastAsked(page, 'replay'), { type: 'replay', seq: 94, edit: true });
    await page.getByRole('button', { name: 'Select to Compare' }).click();
    await page.getByRole('button', { name: 'answered by #95' }).click();
    await page.getByRole('region', { name: 'Entry 95' }).waitFor();
    await page.getByRole('button', { name: 'Copy as' }).press('ArrowDown');
    await page.getByRole('menuitem', { name: 'PowerShell' }).click();
    await becomes(() => lastAsked(page, 'copy'), { type: 'copy', seq: 95, format: 'powershell' });
    await page.getByRole('group', { name: 'Actions' }).getByRole('button', { name: 'Compare with #94' }).click();
    await becomes(() => lastAsked(page, 'compare'), { type: 'compare', left: 94, right: 95 });
    await becomes(() => page.getByRole('button', { name: 'Replay' }).count(), 0);
  });

  it('reveals secrets only after a second question, and masks them again on the next entry', async () => {
    const page = await open('secret', 'Parsed');
    const secret = page.getByRole('treeitem', { name: 'sk-live' });
    await page.getByRole('button', { name: 'Reveal Secrets…' }).click();
    await page.getByRole('alertdialog', { name: 'Reveal Secrets' }).waitFor();
    await page.locator('[role=alertdialog] button:focus').waitFor();
    await assertSound(page, { within: '.detail' });
    await becomes(() => secret.count(), 0);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('alertdialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Reveal Secrets…' }).click();
    await page.getByRole('button', { name: 'Reveal', exact: true }).click();
    await secret.waitFor();
    await page.getByText('Secrets are shown as they are').waitFor();
    await page.locator('[role=row][aria-rowindex="94"]').click();
    await page.getByRole('region', { name: 'Entry 93' }).waitFor();
    await secret.waitFor({ state: 'detached' });
    await page.locator('[role=row][aria-rowindex="95"]').click();
    await page.getByRole('region', { name: 'Entry 94' }).waitFor();
    await becomes(() => secret.count(), 0);
  });

  for (const theme of allThemes) {
    it(`is sound in ${theme}, every tab of it`, async function () {
      this.timeout(60_000);
      const page = await open('content', undefined, theme);
      for (const tab of await page.getByRole('tab').allTextContents()) {
        await page.getByRole('tab', { name: tab.trim() }).click();
        await page
          .locator('.detail')
          .getByText(contentOf[tab.trim()] ?? '')
          .first()
          .waitFor();
        await screenshot(page, `detail-${tab.trim().toLowerCase()}-${theme}`);
        await assertSound(page, { within: '.detail', whole: true });
      }
    });
  }
});

/** What a tab shows once it has its content. */
const contentOf: Readonly<Record<string, string | RegExp>> = {
  Headers: 'General',
  Parsed: 'jsonrpc',
  Raw: /characters/,
  Hex: '6a 73 6f 6e',
  Events: 'keep-alive',
  Timing: 'Phases',
  Schema: 'The message fits',
  Related: 'the same HTTP exchange',
};

/** What is on the clipboard when the page has said so. */
async function clipboard(page: Page, said: string): Promise<string> {
  await page.getByRole('status').getByText(said).waitFor();
  return page.evaluate(() => navigator.clipboard.readText());
}

async function lastAsked(page: Page, type: string): Promise<unknown> {
  return page.evaluate(
    (wanted) => window.fakeHost.asked.findLast((body) => (body as { type: string }).type === wanted),
    type,
  );
}
