import { createServer, type RequestListener } from 'node:http';
import { counted, counts } from './counts.ts';

/** Listens on 127.0.0.1 at `PORT`, or at any free port without it. Answers `GET /counts` itself, with what it has counted. */
export function listen(handler: RequestListener): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === '/counts') return void response.end(JSON.stringify(counts()));
    counted(request.method ?? '');
    handler(request, response);
  });
  return new Promise((resolve) => server.listen(Number(process.env['PORT'] ?? 0), '127.0.0.1', resolve));
}
