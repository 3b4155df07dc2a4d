import assert from 'node:assert/strict';
import { announcedPorts } from '../../../src/servers/announcedPorts.ts';
import { saysPortTaken } from '../../../src/servers/portConflict.ts';
import { PortTalk } from '../../../src/servers/portTalk.ts';
import { ManualClock } from '../process/support.ts';

describe('What a server says about its port', () => {
  for (const [line, ports] of [
    ['http://localhost:3000/mcp', [3000]],
    ['  ➜  Local:   http://localhost:5173/', [5173]],
    ['INFO:     Uvicorn running on http://127.0.0.1:8000 (Press CTRL+C to quit)', [8000]],
    ['listening on port 8080', [8080]],
    ['Server started, PORT=4000', [4000]],
    ['Listening on :9090', [9090]],
    ['Serving on 0.0.0.0:9000', [9000]],
    ['bound to [::1]:7000 and [::]:7001', [7000, 7001]],
    ['listening on :::8081', [8081]],
    ['both http://localhost:1000 and http://localhost:1001', [1000, 1001]],
  ] as const) {
    it(`names ${ports.join(' and ')}: ${line.trim()}`, () => assert.deepEqual(announcedPorts(line), ports));
  }

  for (const line of [
    'Debugger listening on ws://127.0.0.1:9229/3a5f',
    'connected to postgres://localhost:5432/data',
    'see http://example.com:8080/ and http://192.168.1.7:3000',
    '2026-11-22T10:20:30.123Z started',
    'listening on port 99999',
    'http://localhost/',
    'at Server.listen (node:net:1940:16)',
  ]) {
    it(`names no port of this machine: ${line}`, () => assert.deepEqual(announcedPorts(line), []));
  }

  for (const line of [
    'Error: listen EADDRINUSE: address already in use 127.0.0.1:8000',
    'OSError: [Errno 98] Address already in use',
    'OSError: [Errno 48] Address already in use',
    "[Errno 98] error while attempting to bind on address ('127.0.0.1', 8000): address already in use",
    'OSError: [WinError 10048] Only one usage of each socket address is normally permitted',
    'listen tcp 127.0.0.1:8000: bind: address already in use',
    '2026/11/22 10:20:30 bind: Address already in use (os error 98)',
    'Port 8000 is already in use, trying another one',
    'Bind for 0.0.0.0:8000 failed: port is already allocated',
  ]) {
    it(`is that it is taken: ${line}`, () => assert.equal(saysPortTaken(line, 8000), true));
  }

  for (const line of [
    'Error: listen EADDRINUSE: address already in use 127.0.0.1:9229',
    'Port 3000 is in use',
    'address in use by tenant',
    'listening on port 8000',
  ]) {
    it(`is not that port 8000 is taken: ${line}`, () => assert.equal(saysPortTaken(line, 8000), false));
  }

  it('counts in the first 64 KB only, in order, without the port that it was given', () => {
    const clock = new ManualClock();
    const talk = new PortTalk(8000, clock);
    clock.advance(5);
    talk.hear('http://localhost:8000/');
    assert.equal(talk.spokeAt, undefined);
    talk.hear('http://localhost:9001/ and http://localhost:9000/');
    clock.advance(5);
    talk.hear('http://localhost:9001/');
    assert.equal(talk.spokeAt, 5);
    talk.hear('x'.repeat(70_000));
    talk.hear('http://localhost:9002/');
    assert.deepEqual(talk.announced, [9001, 9000]);
    assert.equal(talk.saysTaken, false);
    talk.hear('listen EADDRINUSE 127.0.0.1:8000');
    assert.equal(talk.saysTaken, true);
  });

  it('is read in linear time', () => {
    for (const line of [
      'listen '.repeat(10_000),
      'port '.repeat(10_000),
      ':1 '.repeat(20_000),
      'start:'.repeat(10_000),
    ]) {
      assert.deepEqual(announcedPorts(line), []);
    }
  });
});
