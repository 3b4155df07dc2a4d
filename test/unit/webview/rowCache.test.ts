import assert from 'node:assert/strict';
import { PAGE_SIZE, RowCache } from '../../../src/webview/shared/rowCache.ts';

function cacheOf(total: number): RowCache<string> {
  const cache = new RowCache<string>();
  cache.reset(total);
  return cache;
}

function rows(first: number, count: number): string[] {
  return Array.from({ length: count }, (_, index) => `row ${first + index}`);
}

/** Asks for one page and answers it. */
function load(cache: RowCache<string>, first: number, end: number): void {
  const ticket = cache.want(first, end);
  if (ticket === undefined) throw new Error('nothing to load');
  cache.store(ticket, ticket.first, rows(cache.base + ticket.first, ticket.count));
}

describe('the row cache', () => {
  it('asks for whole pages and never past the end', () => {
    const cache = cacheOf(150);
    assert.deepEqual(cache.want(0, 150), { first: 0, count: 100, page: 0, generation: 1 });
    assert.deepEqual(cache.want(0, 150), { first: 100, count: 50, page: 1, generation: 1 });
    assert.equal(cache.want(0, 150), undefined);
  });

  it('asks for what is missing only', () => {
    const cache = cacheOf(150);
    load(cache, 100, 150);
    cache.resize(170, 0);
    const ticket = cache.want(100, 170);
    assert.deepEqual([ticket?.first, ticket?.count], [150, 20]);
  });

  it('asks for no more of a page than is seen where the rest is of no use', () => {
    const cache = cacheOf(250);
    assert.deepEqual(cache.want(180, 220, false), { first: 180, count: 20, page: 1, generation: 1 });
    assert.deepEqual(cache.want(180, 220, false), { first: 200, count: 20, page: 2, generation: 1 });
    assert.equal(cache.want(180, 220, false), undefined);
  });

  it('has no more than four pages under way', () => {
    const cache = cacheOf(10_000);
    for (let page = 0; page < 4; page += 1) assert.ok(cache.want(0, 10_000));
    assert.equal(cache.want(0, 10_000), undefined);
  });

  it('asks again for a page that did not come', () => {
    const cache = cacheOf(100);
    const ticket = cache.want(0, 100);
    assert.ok(ticket);
    assert.equal(cache.want(0, 100), undefined);
    cache.giveUp(ticket);
    assert.ok(cache.want(0, 100));
  });

  it('drops the answer to a list that is gone', () => {
    const cache = cacheOf(100);
    const ticket = cache.want(0, 100);
    assert.ok(ticket);
    cache.reset(100);
    assert.equal(cache.store(ticket, 0, rows(0, 100)), false);
    assert.equal(cache.at(0), undefined);
    assert.ok(cache.want(0, 100));
  });

  it('keeps a row at its place when rows fall out at the front', () => {
    const cache = cacheOf(300);
    load(cache, 100, 200);
    cache.resize(280, 30);
    assert.equal(cache.at(150), 'row 150');
    assert.equal(cache.base, 30);
    assert.equal(cache.end, 310);
    assert.equal(cache.total, 280);
  });

  it('puts an answer where it belongs when rows fell out while it was under way', () => {
    const cache = cacheOf(300);
    const ticket = cache.want(100, 200);
    assert.ok(ticket);
    cache.resize(300, 30);
    // The host counts from the new front: its index 100 is place 130.
    cache.store(ticket, 100, rows(130, 100));
    assert.equal(cache.at(130), 'row 130');
    assert.equal(cache.at(229), 'row 229');
    const again = cache.want(100, 200);
    assert.deepEqual([again?.first, again?.count], [70, 30]);
  });

  it('forgets the rows that are furthest from the window', () => {
    const pages = 60;
    const cache = cacheOf(pages * PAGE_SIZE);
    for (let page = 0; page < pages; page += 1) load(cache, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
    assert.equal(cache.at(0), undefined);
    assert.equal(cache.at(pages * PAGE_SIZE - 1), `row ${pages * PAGE_SIZE - 1}`);
    assert.equal(cache.at(10 * PAGE_SIZE), `row ${10 * PAGE_SIZE}`);
  });

  it('shows rows of which the places may have changed until the new ones are here', () => {
    const cache = cacheOf(150);
    load(cache, 0, 100);
    cache.invalidate();
    assert.equal(cache.at(5), 'row 5');
    const ticket = cache.want(0, 100);
    assert.deepEqual([ticket?.first, ticket?.count], [0, 100]);
    assert.ok(ticket);
    cache.store(ticket, 0, ['other']);
    assert.deepEqual([cache.at(0), cache.at(5)], ['other', undefined]);
  });

  it('drops an answer from before the places changed', () => {
    const cache = cacheOf(100);
    const ticket = cache.want(0, 100);
    assert.ok(ticket);
    cache.invalidate();
    assert.equal(cache.store(ticket, 0, rows(0, 100)), false);
    assert.ok(cache.want(0, 100));
  });

  it('asks again for rows that are here, and keeps them meanwhile', () => {
    const cache = cacheOf(300);
    load(cache, 0, 100);
    cache.resize(280, 20);
    const ticket = cache.refresh(10, 60);
    assert.deepEqual([ticket?.first, ticket?.count], [0, 40]);
    assert.equal(cache.at(30), 'row 30');
    assert.ok(ticket);
    cache.store(ticket, 0, ['new']);
    assert.deepEqual([cache.at(20), cache.at(21)], ['new', 'row 21']);
    assert.equal(cache.refresh(300, 400), undefined);
  });
});
