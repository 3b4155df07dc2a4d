import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';

import { systemClock } from '../../../src/base/clock.ts';
import { silentLog } from '../../../src/base/log.ts';
import { OrphanGuard } from '../../../src/process/guard.ts';
import { cleanUp, ledgerFolder, standIn } from './orphanSupport.ts';
import { isAlive, stopAll, subject } from './support.ts';

const orphanServer = fileURLToPath(new URL('../../servers/orphanServer.ts', import.meta.url));

describe('A server that is stopped', function () {
  this.timeout(60_000);
  const guards: OrphanGuard[] = [];

  afterEach(async () => {
    await stopAll();
    for (const guard of guards.splice(0)) await guard.dispose();
    await cleanUp();
  });

  it('does not take along what it opened for a person, nor what another server runs', async () => {
    const program = await standIn(ledgerFolder());
    const guard = new OrphanGuard({ log: silentLog, clock: systemClock });
    guards.push(guard);
    const opener = subject({ server: 'opener', guard, args: [orphanServer, 'opens', program] });
    const other = subject({ server: 'other', guard, args: [orphanServer, 'daemon'] });
    await Promise.all([opener.process.start(), other.process.start()]);
    const opened = Number(await opener.line());
    try {
      await opener.process.stop();
      assert.equal(isAlive(opened), true);
      assert.equal(other.process.state.kind, 'running');
    } finally {
      process.kill(opened, 'SIGKILL');
    }
  });
});
