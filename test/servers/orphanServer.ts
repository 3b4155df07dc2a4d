// A server that starts others, and then stays:
//   `orphanServer.ts chain`          a shell that runs a stubborn process, as npx does
//   `orphanServer.ts daemon`         a stubborn process in a session of its own
//   `orphanServer.ts opens PROGRAM`  PROGRAM 600 in a session of its own: what it opened for a person; prints its pid
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const stubborn = fileURLToPath(new URL('process/stubborn.ts', import.meta.url));
const [kind, program = ''] = process.argv.slice(2);
if (kind === 'chain') {
  spawn('/bin/sh', ['-c', `"${process.execPath}" "${stubborn}"; true`], { stdio: 'inherit' });
} else if (kind === 'daemon') {
  spawn(process.execPath, [stubborn], { detached: true, stdio: ['ignore', 'ignore', 'inherit'] });
} else {
  const opened = spawn(program, ['600'], { detached: true, stdio: 'ignore' });
  console.log(opened.pid);
}
setInterval(() => {}, 1 << 30);
