import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import type { LeftRunning } from '../afterWindow.ts';
import { leftRunningVariable } from '../afterWindow.ts';
import { define, mark, program } from './support/definitions.ts';
import { failure, getApi } from './support/extension.ts';
import { markedProcesses } from './support/leftovers.ts';
import { describeTrusted } from './support/trust.ts';

// The last file of the suite: what it starts runs while the window closes, and afterWindow.ts looks for what is left.
describeTrusted('A window that closes', () => {
  it('has servers of every kind running, one with a call in flight', async () => {
    const file = process.env[leftRunningVariable];
    assert.ok(file);
    const goodbyes = ['first', 'second'].map((name) => `${file}.${name}`);
    const api = await getApi();
    await define(api, {
      first: program('saysGoodbye', { env: { GOODBYE: String(goodbyes[0]) } }),
      second: program('saysGoodbye', { env: { GOODBYE: String(goodbyes[1]) } }),
      stdio: program('stdioEcho', { port: false }),
      stubborn: program('ignoresSigterm'),
      calling: program('waits'),
    });
    await Promise.all(['first', 'second', 'stdio', 'stubborn', 'calling'].map((name) => api.startServer(name)));
    void failure(api.callTool('calling', 'echo', { message: 'hello' }));
    const processes = (await markedProcesses()).length;
    assert.equal(processes, 6); // One each, and the stubborn one's child.
    await writeFile(file, JSON.stringify({ mark, processes, goodbyes } satisfies LeftRunning));
  });
});
