import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, describe, it } from 'mocha';
import { waysOut } from '../../traffic/waysOut.ts';
import { cookie, createTestLinkedIn, double, type TestLinkedIn } from './support/linkedin.ts';
import { installPrograms } from './support/programs.ts';

/** Pieces of the cookie that would betray it: all of it, and its beginning and end, wherever they were cut. */
const pieces = [cookie, cookie.slice(0, 40), cookie.slice(-40)];

function assertHidden(what: string, text: string): void {
  for (const piece of pieces) assert.ok(!text.includes(piece), `the cookie stands in ${what}: ${text.slice(0, 300)}`);
}

/** The command lines of all processes of this machine, this one's children among them. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return ''; // It has ended meanwhile.
      }
    });
}

describe('The LinkedIn cookie', () => {
  let test: TestLinkedIn;
  afterEach(() => test.close());

  it('is given to the server and stands in no command line, log, traffic, export, document or error', async () => {
    const programs = installPrograms();
    try {
      test = createTestLinkedIn({ flavour: 'cookie' });
      test.secrets.set('linkedin/cookie', `li_at="${cookie}"`);
      const seen: [string, string][] = [];
      const { response } = await test.person('cookie');
      assert.deepEqual(response.data, { name: 'Cookie', length: cookie.length, plain: true }, 'the server has it');
      const lines = commandLines();
      assert.ok(
        lines.some((line) => line.includes('linkedin/cookie.ts')),
        'the server runs',
      );
      lines.forEach((line) => assertHidden('a command line', line));

      // A server that tells it wherever it can, and errors that repeat what it said.
      for (const name of ['leak', 'leak-error', 'leak-structured', 'session_expired', 'leak-and-die']) {
        seen.push([`the response to ${name}`, JSON.stringify(await test.person(name))]);
      }
      seen.push(['a refusal', JSON.stringify(await test.person(`${cookie}/..`))]);
      assert.match(test.output('linkedin').join('\n'), /my cookie is li_at=\*+/, 'it was told, and masked');
      seen.push(['the output', test.output('linkedin').join('\n')]);
      seen.push(['the log', test.log.join('\n')]);
      seen.push(['the documents', JSON.stringify(test.documents)]);
      seen.push(['the definition', JSON.stringify(test.registry.get('linkedin').entry)]);
      seen.push(['the snapshot', JSON.stringify(test.registry.servers.map((server) => server.snapshot()))]);
      seen.push(['the plugins', JSON.stringify(test.host.plugins)]);
      for (const [what, text] of seen) assertHidden(what, text);
      let ways = 0;
      for await (const [what, text] of waysOut(test.traffic)) {
        ways += 1;
        assertHidden(what, text);
      }
      assert.ok(ways > 100);
    } finally {
      programs.dispose();
    }
  });

  it('is refused where others could read it', async () => {
    test = createTestLinkedIn(double('cookie', { args: ['--cookie', '${secret:cookie}'] }));
    test.secrets.set('linkedin/cookie', cookie);
    const { response } = await test.person('ada');
    assert.equal(response.error?.kind, 'config');
    assert.match(response.error.message, /every process of this machine can read a command line/);
    assertHidden('the error', JSON.stringify(response));
  });

  it('is not given to the servers of the other flavours', async () => {
    test = createTestLinkedIn(double('browser'));
    test.secrets.set('linkedin/cookie', cookie);
    const { response } = await test.person('environment');
    assert.equal(response.status, 'success');
    assert.doesNotMatch(JSON.stringify(response.data), /LINKEDIN_COOKIE/);
    assertHidden('the environment', JSON.stringify(response.data));
  });
});
