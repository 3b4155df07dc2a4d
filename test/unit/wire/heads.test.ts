import assert from 'node:assert/strict';
import { isEventStream, mediaTypeOf } from '../../../src/wire/heads.ts';

const head = (type?: string): { headers: Headers } => ({
  headers: new Headers(type === undefined ? {} : { 'content-type': type }),
});

describe('wire: heads', () => {
  it('name a media type without parameters, in lower case; none is empty', () => {
    assert.equal(mediaTypeOf(head(' Application/JSON ; charset=UTF-8').headers), 'application/json');
    assert.equal(mediaTypeOf(head().headers), '');
  });

  it('are those of an event stream in every spelling, and not in other words', () => {
    for (const type of ['text/event-stream', 'Text/Event-Stream', 'text/event-stream; charset=utf-8']) {
      assert.equal(isEventStream(head(type)), true, type);
    }
    for (const type of ['text/event-stream-2', 'text/event', 'application/json; was=text/event-stream']) {
      assert.equal(isEventStream(head(type)), false, type);
    }
    assert.equal(isEventStream(head()), false);
  });
});
