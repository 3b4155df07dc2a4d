import { parseArgs } from 'node:util';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { listen } from '../support/listen.ts';
import { sdk } from '../support/sdk.ts';
import { sectionsPage, toolErrors } from './stories.ts';

// stickerdaniel/linkedin-mcp-server 4 as it looks from outside; whom one asks for decides what happens (stories.ts, and those below).
// `lost` makes it forget all sessions, `dies` ends it, `tools` is told which arguments came.
if (process.env['USER_AGENT'] !== undefined) {
  console.error('ValueError: USER_AGENT is not supported since 4.0, unset it');
  process.exit(1);
}
const { values } = parseArgs({
  options: {
    transport: { type: 'string', default: 'stdio' },
    host: { type: 'string' },
    port: { type: 'string' },
    path: { type: 'string' },
  },
  allowPositionals: true,
});
if (values.transport !== 'streamable-http' || values.host !== '127.0.0.1' || values.path !== '/mcp') {
  console.error('unexpected arguments', process.argv.slice(2));
  process.exit(2);
}
process.env['PORT'] = values.port;

let isLost = false;
let sessions = 0;
let closed = 0;

function page(data: Record<string, unknown>): CallToolResult {
  return { content: [{ type: 'text', text: JSON.stringify(data) }], structuredContent: data };
}

function person(name: string, args: object): CallToolResult {
  const url = `https://www.linkedin.com/in/${name}/`;
  const error = toolErrors[name];
  if (error !== undefined) return { content: [{ type: 'text', text: error }], isError: true };
  const limited = {
    error_type: 'rate_limit',
    error_message: '[Rate limited] LinkedIn blocked this section. Wait 60 seconds.',
  };
  switch (name) {
    case 'empty':
      return page({ url, sections: { main_profile: '  ' }, references: {} });
    case 'partly':
      return page({ ...sectionsPage(url), section_errors: { posts: limited } });
    case 'nothing-read':
      return page({ url, sections: {}, section_errors: { main_profile: limited } });
    case 'arguments':
      return page({ url, sections: { main_profile: JSON.stringify(args) } });
    case 'environment':
      return page({ url, sections: { main_profile: JSON.stringify(process.env) } });
    case 'counts':
      return page({ url, sections: { main_profile: JSON.stringify({ sessions, closed }) } });
    case 'lost':
      isLost = true;
      return page(sectionsPage(url));
    case 'dies':
      process.exit(3);
    // eslint-disable-next-line no-fallthrough -- it has exited
    default:
      return page(sectionsPage(url));
  }
}

function create(): McpServer {
  sessions += 1;
  const server = new McpServer({ name: 'linkedin_scraper', version: '4.20.0' });
  const annotations = { readOnlyHint: true, openWorldHint: true };
  const sectionNames = z.string().nullish();
  server.registerTool(
    'get_person_profile',
    {
      inputSchema: { linkedin_username: z.string(), sections: sectionNames, max_scrolls: z.number().nullish() },
      annotations,
    },
    (args) => person(args.linkedin_username, args),
  );
  server.registerTool(
    'get_company_profile',
    { inputSchema: { company_name: z.string(), sections: sectionNames }, annotations },
    ({ company_name: name }) =>
      page({
        url: `https://www.linkedin.com/company/${name}/`,
        sections: name === 'empty' ? {} : { about: 'Makes engines.' },
      }),
  );
  server.registerTool('close_session', {}, () => {
    closed += 1;
    return page({ status: 'success', message: `Closed ${closed}.` });
  });
  return server;
}

const handle = sdk(create);
await listen((request, response) => {
  // A session that is lost stays lost: whatever carries its number is refused, and a new one may begin.
  if (isLost && request.headers['mcp-session-id'] !== undefined) {
    response.writeHead(404, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: -32001, message: 'Session not found' } }));
    return;
  }
  handle(request, response);
});
