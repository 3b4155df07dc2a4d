import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Takes the end of a session for a reason to begin an event stream, which never ends. Ignores SIGTERM, as what is busy may.
process.on('SIGTERM', () => {});
const ordinary = mcp();
await listen((request, response) => {
  if (request.method !== 'DELETE') return ordinary(request, response);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const say = (): void => void response.write(': still here\n\n');
  say();
  setInterval(say, 50);
});
