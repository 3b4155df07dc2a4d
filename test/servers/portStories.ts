import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:net';
import { mcp } from './support/mcp.ts';

// An ordinary server in the end, but its first starts go wrong. STATE names a file that counts them, FIRST says how many of them do
// (1), STORY in which way:
//   conflict  it finds its port taken and exits with what Node says about that
//   complains it says that its port is taken, and stays
//   metrics   it serves something else at another port, and opens its own once somebody has asked there, if FIRST is 1
//   waits     it says which port it has and never opens it
// ELSEWHERE is a port of its own choice, or 0 for any, which it uses instead of PORT; ANNOUNCE is what it says of that, `%` the port.
// HOST (127.0.0.1) is where it listens.
const { STATE = '', FIRST = '1', STORY, ELSEWHERE, ANNOUNCE, HOST = '127.0.0.1' } = process.env;
const port = Number(process.env['PORT']);

const started = existsSync(STATE) ? Number(readFileSync(STATE, 'utf8')) : 0;
if (STATE !== '') writeFileSync(STATE, String(started + 1));

function serve(handler: RequestListener, where: number): void {
  const server = createHttpServer(handler).listen(where, HOST, () => {
    const address = server.address();
    const found = typeof address === 'object' && address !== null ? address.port : 0;
    if (ANNOUNCE !== undefined) console.log(ANNOUNCE.replace('%', String(found)));
  });
}

if (STORY === undefined || started >= Number(FIRST)) {
  serve(mcp(), ELSEWHERE === undefined ? port : Number(ELSEWHERE));
} else if (STORY === 'metrics') {
  let asked = false;
  serve((_request, response) => {
    response.writeHead(404).end();
    if (!asked && FIRST === '1') serve(mcp(), port);
    asked = true;
  }, 0);
} else if (STORY === 'conflict') {
  // What Node throws then, of a socket of our own that plays the other program.
  createServer().listen(port, '127.0.0.1', () => createServer().listen(port, '127.0.0.1'));
} else if (STORY === 'complains') {
  console.error(
    `OSError: [Errno 98] error while attempting to bind on address ('127.0.0.1', ${port}): address already in use`,
  );
  setInterval(() => {}, 1000);
} else {
  console.log(`waiting for ${port}`);
  setInterval(() => {}, 1000);
}
