import assert from 'node:assert/strict';
import type { CallView } from '../../../src/messages/toolCall.ts';
import { type Theme, themes } from './pageServer.ts';
import { assertSound, becomes, PageTest, screenshot } from './pageTest.ts';

const args = '{"city":"Vienna","days":3}';
const call = { kind: 'tool', owner: 'everything', name: 'get_weather', title: 'Get Weather', args } as const;
const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const running: CallView = {
  ...call,
  state: { kind: 'running', startedAt: 1, progress: { progress: 3, total: 5, message: 'Asking station 3 of 5' } },
};

const done: CallView = {
  ...call,
  state: {
    kind: 'done',
    durationMs: 1234,
    isError: false,
    trafficSeq: 12,
    json: '{"content":[{"type":"text","text":"Sunny"}],"structuredContent":{"days":[1,2,3]}}',
    blocks: [
      { type: 'text', text: 'Sunny, 21 °C.\nDry \u202euntil Friday. <img src=x onerror=alert(1)>', json: false },
      { type: 'text', text: '{"city":"Vienna","id":9007199254740993,"none":{}}', json: true },
      { type: 'image', mimeType: 'image/png', data: onePixel, size: 70 },
      { type: 'link', uri: 'https://example.com/station', name: 'Station', description: 'Where it was measured' },
      { type: 'other', title: 'audio', json: '{"type":"audio"}' },
    ],
  },
};

const toolError: CallView = {
  ...call,
  state: {
    kind: 'done',
    durationMs: 12,
    isError: true,
    json: '{}',
    blocks: [{ type: 'text', text: 'No such city', json: false }],
  },
};

const failed: CallView = {
  ...call,
  state: {
    kind: 'failed',
    durationMs: 30_012,
    errorKind: 'timeout',
    message: 'No answer within 30 s. Raise "timeout" in its definition.',
  },
};

const action = { ...call, kind: 'action', owner: 'Weather', name: 'read', title: 'Read the Weather' } as const;

const ran: CallView = {
  ...action,
  state: {
    kind: 'done',
    durationMs: 1234,
    isError: false,
    json: '{"requestId":"1","status":"success","data":{"days":[1,2,3]}}',
    blocks: [{ type: 'text', text: '{"days":[1,2,3]}', json: true }],
  },
};

const partial: CallView = {
  ...action,
  state: {
    kind: 'done',
    durationMs: 5678,
    isError: false,
    trafficSeq: 4,
    json: '{"requestId":"2","status":"partial","data":{"days":[1]}}',
    blocks: [{ type: 'text', text: '{"days":[1]}', json: true }],
    problem: { errorKind: 'timeout', message: 'Two of the three stations did not answer.' },
    offers: ['Ask Them Again'],
  },
};

const refused: CallView = {
  ...action,
  state: {
    kind: 'failed',
    durationMs: 210,
    errorKind: 'auth',
    message: 'The station wants to know who asks. Sign in, or set its key.',
    offers: ['Sign In', 'Set Key', '<b>Open</b>'],
  },
};

describe('the tool call page', () => {
  let pages: PageTest;
  before(async function () {
    this.timeout(180_000);
    pages = await PageTest.start();
  });
  after(() => pages.close());

  function open(view: CallView, options?: { theme?: Theme; width?: number }): ReturnType<PageTest['open']> {
    return pages.open('toolCall', { call: JSON.stringify(view) }, { width: 900, height: 640, ...options });
  }

  it('shows progress with its message and cancels', async () => {
    const page = await open(running);
    const bar = page.getByRole('progressbar', { name: 'Progress' });
    assert.equal(await bar.getAttribute('aria-valuenow'), '60');
    await page.getByText('Asking station 3 of 5').waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Cancelling…').waitFor();
    assert.ok(await page.getByRole('button', { name: 'Cancel' }).isDisabled());
    assert.deepEqual(await page.evaluate(() => window.fakeHost.asked.at(-1)), { type: 'cancel' });
    await assertSound(page);
  });

  it('lets the time run without telling screen readers of every tenth', async () => {
    const page = await open(running);
    const timer = page.getByRole('timer');
    const first = await timer.textContent();
    await page.waitForFunction((text) => document.querySelector('[role=timer]')?.textContent !== text, first);
    assert.equal(await page.getByRole('status').textContent(), 'Get Weather is running');
  });

  it('shows a bar without a value when nobody knows the total', async () => {
    const page = await open({ ...call, state: { kind: 'running', startedAt: 1, progress: { progress: 3 } } });
    assert.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), null);
    const left = (): Promise<number> =>
      page.locator('.progress-bar').evaluate((element) => element.getBoundingClientRect().left);
    const first = await left();
    await becomes(async () => (await left()) !== first, true);
  });

  it('announces the end of a call', async () => {
    const page = await open(running);
    await page.getByRole('progressbar').waitFor();
    await page.evaluate((view) => window.fakeHost.setCall(view), done);
    await page
      .getByRole('status')
      .filter({ hasText: 'Get Weather finished after 1.23 s' })
      .waitFor({ state: 'attached' });
    await page.getByText('OK', { exact: true }).waitFor();
  });

  it('shows what the server sent as text and nothing else', async () => {
    const page = await open(done);
    const panel = page.getByRole('tabpanel', { name: 'Result' });
    const first = panel.locator('pre').first();
    assert.equal(await first.textContent(), 'Sunny, 21 °C.\nDry \u202euntil Friday. <img src=x onerror=alert(1)>');
    assert.equal(
      await panel.locator('pre').nth(1).textContent(),
      '{\n  "city": "Vienna",\n  "id": 9007199254740993,\n  "none": {}\n}',
    );
    assert.equal(await panel.getByRole('img').count(), 1);
    assert.equal(await panel.getByRole('img').evaluate((image: HTMLImageElement) => image.naturalWidth), 1);
    await panel.getByText('https://example.com/station').waitFor();
    assert.equal(await page.getByRole('link').count(), 0);
    await assertSound(page);
  });

  it('never loads a picture of another kind', async () => {
    const state = { kind: 'done', durationMs: 1, isError: false, json: '{}' } as const;
    const block = { type: 'image', mimeType: 'image/png', data: 'x" onerror="alert(1)', size: 1 } as const;
    const page = await open({ ...call, state: { ...state, blocks: [block] } });
    await page.getByText('Image, image/png').waitFor();
    assert.equal(await page.getByRole('img').count(), 0);
    await page.evaluate((view) => window.fakeHost.post({ type: 'call', call: view }), {
      ...call,
      title: 'Forged',
      state: { ...state, blocks: [{ ...block, mimeType: 'image/svg+xml' }] },
    });
    await page.evaluate((view) => window.fakeHost.setCall(view), toolError);
    await page.getByText('Tool reported an error', { exact: true }).waitFor();
    assert.deepEqual(await page.evaluate(() => window.fakeHost.violations), []);
  });

  it('shows the whole result as a tree', async () => {
    const page = await open(done);
    await page.getByRole('tab', { name: 'Result' }).press('ArrowRight');
    await page.getByRole('tree', { name: 'JSON' }).getByRole('treeitem', { name: 'structuredContent' }).waitFor();
    await assertSound(page);
  });

  it('asks for what its buttons say', async () => {
    const page = await open(done);
    const buttons = {
      'Call Again': 'again',
      'Edit Arguments': 'editArguments',
      'Show Traffic': 'showTraffic',
      'Open Result in Editor': 'openResult',
    };
    for (const [name, type] of Object.entries(buttons)) {
      await page.getByRole('button', { name }).click();
      assert.deepEqual(await page.evaluate(() => window.fakeHost.asked.at(-1)), { type });
    }
  });

  it('tells an answer that is an error from no answer', async () => {
    const page = await open(toolError);
    await page.getByText('Tool reported an error', { exact: true }).waitFor();
    await page.evaluate((view) => window.fakeHost.setCall(view), failed);
    await page.getByText('No answer in time').waitFor();
    await page.getByText('Raise "timeout" in its definition.').first().waitFor();
    assert.equal(await page.getByRole('tablist').count(), 0);
    await assertSound(page);
  });

  it('shows the run of an action in its own words', async () => {
    const page = await open(ran);
    await page.getByText('OK', { exact: true }).waitFor();
    await page.getByText('Parameters', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Run Again' }).waitFor();
    await page.getByRole('button', { name: 'Edit Parameters' }).waitFor();
    // It asked no server.
    assert.equal(await page.getByRole('button', { name: 'Show Traffic' }).count(), 0);
    await assertSound(page);
  });

  it('marks what succeeded in part, says what is missing and shows what there is', async () => {
    const page = await open(partial);
    await page.getByText('Succeeded in part', { exact: true }).waitFor();
    await page.locator('.outcome').getByText('Two of the three stations did not answer.').waitFor();
    await page.getByRole('tabpanel', { name: 'Result' }).getByText('"days"').waitFor();
    assert.match(
      (await page.getByRole('status').textContent()) ?? '',
      /succeeded in part: Two of the three stations did not answer\./,
    );
    await assertSound(page);
  });

  it('names what a plugin offers by its number, and shows its title as text', async () => {
    const page = await open(refused);
    await page.getByText('Not signed in').waitFor();
    const offers = page.getByRole('group', { name: 'What to do next' }).getByRole('button');
    assert.deepEqual(await offers.allInnerTexts(), ['Sign In', 'Set Key', '<b>Open</b>']);
    await offers.nth(1).click();
    assert.deepEqual(await page.evaluate(() => window.fakeHost.asked.at(-1)), { type: 'offer', index: 1 });
    await assertSound(page);
  });

  it('shows arguments when asked', async () => {
    const page = await open(done);
    const args = page.getByText('"city": "Vienna",\n  "days": 3');
    assert.equal(await args.isVisible(), false);
    await page.getByText('Arguments', { exact: true }).click();
    await args.waitFor();
  });

  for (const theme of Object.keys(themes) as Theme[]) {
    it(`is sound in ${theme}`, async () => {
      for (const [name, view] of Object.entries({ running, done, toolError, failed, partial, refused })) {
        const page = await open(view, { theme, width: name === 'done' ? 900 : 460 });
        await page.getByRole('heading', { name: view.title }).waitFor();
        await screenshot(page, `call-${name}-${theme}`);
        await assertSound(page, { whole: true });
      }
    });
  }
});
