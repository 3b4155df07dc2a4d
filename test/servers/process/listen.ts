// `listen.ts HOST [child]`: listens on a free port of HOST, itself or in a child process, and prints the port.
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const [host, where] = process.argv.slice(2);
if (where === 'child') {
  spawn(process.execPath, [fileURLToPath(import.meta.url), String(host)], { stdio: 'inherit' });
} else {
  const server = createServer((socket) => socket.destroy());
  server.listen(0, host, () => console.log(JSON.stringify(server.address())));
}
