import assert from 'node:assert/strict';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../host/browser.ts';
import { endAll } from '../../unit/wire/support.ts';
import { ensureHarImporter } from './harImporter.ts';
import { harOf, recordCalls, WORDS } from './harRecording.ts';

describe('A HAR file of calls over HTTP, event streams and pipes', function () {
  this.timeout(180_000);
  let browser: Browser;
  let har: string;
  let entries: HarExchange[];

  before(async () => {
    const log = await recordCalls();
    har = await harOf(log);
    log.dispose();
    entries = (JSON.parse(har) as { log: { entries: HarExchange[] } }).log.entries;
    browser = await launchBrowser();
  });
  after(() => browser?.close());
  afterEach(endAll);

  it("is read by Chromium's own importer: addresses, states, bodies and events are there", async () => {
    const page = await browser.newPage();
    await page.addScriptTag({ path: await ensureHarImporter(), type: 'module' });
    await page.waitForFunction(() => 'HAR' in globalThis);
    const read = await page.evaluate(readHar, har);
    assert.deepEqual(
      read.map(({ url, method, sent, status, type, mimeType, body }) => ({
        url,
        method,
        sent,
        status,
        type,
        mimeType,
        body,
      })),
      entries.map(({ request, response }) => ({
        url: request.url,
        method: request.method,
        sent: request.postData?.text ?? '',
        status: response.status,
        type: 'fetch',
        mimeType: response.content.mimeType,
        body: response.content.text ?? '',
      })),
    );
    for (const [index, { milliseconds }] of read.entries()) {
      assert.ok(Math.abs(milliseconds - (entries[index]?.time ?? 0)) < 0.01);
    }
    const [inJson, asEvent] = [WORDS.json, WORDS.stream].map((words) => read.find(({ body }) => body.includes(words)));
    assert.deepEqual([inJson?.mimeType, inJson?.events, inJson?.status], ['application/json', [], 200]);
    assert.match(inJson?.url ?? '', /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    assert.match(asEvent?.url ?? '', /\/mcp\?key=a%20b$/);
    assert.equal(asEvent?.events.length, 1);
    assert.match(asEvent.events[0] ?? '', new RegExp(`^\\{.*${WORDS.stream}.*\\}$`));
    // It knows nothing of pipes; the file has them all the same.
    assert.ok(read.every(({ body }) => !body.includes(WORDS.stdio)) && har.includes(WORDS.stdio));
    await page.close();
  });
});

/** What the test reads of an entry of a HAR file. */
interface HarExchange {
  time: number;
  request: { url: string; method: string; postData?: { text: string } };
  response: { status: number; content: { mimeType: string; text?: string } };
}

/** What the test uses of Chromium's DevTools. */
interface DevToolsRequest {
  url(): string;
  requestMethod: string;
  requestFormData(): Promise<string | null>;
  statusCode: number;
  mimeType?: string;
  duration: number;
  resourceType(): { name(): string };
  eventSourceMessages(): { data: string }[];
  requestContentData(): Promise<{ text: string }>;
}

/** A request as the importer has read it; `milliseconds` is its duration. */
interface ReadRequest {
  url: string;
  method: string;
  sent: string;
  status: number;
  type: string;
  mimeType: string;
  body: string;
  milliseconds: number;
  events: string[];
}

/** Runs in the page. */
async function readHar(text: string): Promise<ReadRequest[]> {
  // cast: the global that the importer's script has made
  const { HARFormat, Importer } = (
    globalThis as unknown as {
      HAR: {
        HARFormat: { HARRoot: new (json: unknown) => { log: unknown } };
        Importer: { Importer: { requestsFromHARLog(log: unknown): DevToolsRequest[] } };
      };
    }
  ).HAR;
  const { log } = new HARFormat.HARRoot(JSON.parse(text));
  return Promise.all(
    Importer.Importer.requestsFromHARLog(log).map(async (request) => ({
      url: request.url(),
      method: request.requestMethod,
      sent: (await request.requestFormData()) ?? '',
      status: request.statusCode,
      type: request.resourceType().name(),
      mimeType: request.mimeType ?? 'x-unknown',
      body: (await request.requestContentData()).text,
      milliseconds: request.duration * 1000,
      events: request.eventSourceMessages().map(({ data }) => data),
    })),
  );
}
