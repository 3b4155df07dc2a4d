import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { text, answerTo, sendJson } from './support/exchange.ts';
import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// An ordinary server that does what the `message` of a call says:
//   exit N     ends with code N                 signal NAME   ends by a signal
//   fill heap  takes memory until V8 gives up   hold N        takes N megabytes, and answers
//   wait       answers on SIGUSR2               unwell, well  answers GET /health with 503 from now on, or with 200 again
// It ends with its input; SAYS_PID makes it say which process it is. STARTS names a file that gets a line with each start: how many earlier ones still live.
const { STARTS } = process.env;
if (STARTS !== undefined) {
  const earlier = existsSync(STARTS) ? readFileSync(STARTS, 'utf8').split('\n').filter(Boolean) : [];
  const living = earlier.filter((line) => isAlive(Number(line.split(' ')[0])));
  appendFileSync(STARTS, `${process.pid} ${living.length}\n`);
}
if (process.env['SAYS_PID'] !== undefined) console.log(`I am ${process.pid}`);
process.stdin.resume().once('end', () => process.exit());
const held: unknown[] = [];
let health = 200;
await listen(
  mcp({
    get: (request, response) => void response.writeHead(request.url === '/health' ? health : 405).end(),
    callTool(exchange) {
      const answer = (): void => sendJson(exchange, answerTo(exchange, text('done')));
      const [verb, operand = ''] = String(exchange.message.params?.arguments?.['message']).split(' ');
      if (verb === 'exit') process.exit(Number(operand));
      if (verb === 'signal') process.kill(process.pid, operand);
      if (verb === 'fill') for (;;) held.push({ text: String(held.length), more: [held.length] });
      if (verb === 'hold') held.push(Buffer.alloc(Number(operand) * 1024 * 1024, 1));
      if (verb === 'unwell' || verb === 'well') health = verb === 'well' ? 200 : 503;
      if (verb === 'wait') process.once('SIGUSR2', answer);
      else if (verb !== 'signal') answer();
    },
  }),
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
