// An ordinary server over HTTP that ends as little as `stubborn.ts` does. With an argument it starts something besides:
//   `stubbornServer.ts helper`         a stubborn process in its own group
//   `stubbornServer.ts daemon`         a stubborn process in a session of its own
//   `stubbornServer.ts opens PROGRAM`  PROGRAM 600 in a session of its own: what it opened for a person
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { listen } from '../support/listen.ts';
import { mcp } from '../support/mcp.ts';
import './stubborn.ts';

const stubborn = fileURLToPath(new URL('stubborn.ts', import.meta.url));
const [kind, program = ''] = process.argv.slice(2);
if (kind === 'opens') {
  spawn(program, ['600'], { detached: true, stdio: 'ignore' });
} else if (kind !== undefined) {
  spawn(process.execPath, [stubborn], { detached: kind === 'daemon', stdio: ['ignore', 'ignore', 'inherit'] });
}
await listen(mcp());
