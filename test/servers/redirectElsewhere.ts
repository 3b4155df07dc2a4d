import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Redirects POSTs to TO with 307: by default to the same port under another name, which is another origin. A path stays within
// the origin, where an ordinary server answers.
const to = process.env['TO'] ?? `http://localhost:${process.env['PORT']}/elsewhere`;
await listen(
  mcp({
    post({ request, response }) {
      if (request.url === to) return false;
      response.writeHead(307, { location: to }).end();
      return true;
    },
  }),
);
