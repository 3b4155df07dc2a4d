import type { RequestListener } from 'node:http';
import { mcp } from '../support/mcp.ts';

/**
 * V9: Streamable HTTP behind a framework that redirects between `/mcp` and `/mcp/`.
 * @param home the path that answers; the other one redirects there
 */
export function v9(home: '/mcp' | '/mcp/' = '/mcp/'): RequestListener {
  const serve = mcp();
  const other = home === '/mcp' ? '/mcp/' : '/mcp';
  return (request, response) => {
    if (request.url === home) serve(request, response);
    else if (request.url === other) response.writeHead(307, { location: home }).end();
    else response.writeHead(404).end();
  };
}
