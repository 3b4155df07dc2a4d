import { setTimeout as sleep } from 'node:timers/promises';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import * as z from 'zod';
import { structuredErrors } from './stories.ts';

// The cookie generation of stickerdaniel/linkedin-mcp-server as it looks from outside: errors are successes with an `error` in them.
// Whom one asks for decides what happens (stories.ts, and those below); `leak…` tells its cookie in every way it can.
const cookie = process.env['LINKEDIN_COOKIE'];
console.error(`cookie: ${cookie ?? 'none'}`);

let running = 0;
let most = 0;
let calls = 0;

/** As its FastMCP sends objects; 1.x, without structured content, where `structured` is false. */
function page(data: unknown, structured = true): CallToolResult {
  const content = [{ type: 'text' as const, text: JSON.stringify(data, null, 2) }];
  return structured ? { content, structuredContent: data as Record<string, unknown> } : { content };
}

async function person(name: string): Promise<CallToolResult> {
  calls += 1;
  const [story = '', generation] = name.split('--');
  const error = structuredErrors[story];
  if (error !== undefined) return generation === 'list' ? page([error], false) : page(error, generation !== 'text');
  switch (story) {
    case 'empty':
      return page({ name: null, about: '', experiences: [], educations: [], open_to_work: false, company: null });
    case 'slow':
      running += 1;
      most = Math.max(most, running);
      await sleep(50);
      running -= 1;
      return page({ name: 'Slow', most, calls });
    case 'hangs':
      console.error('hangs now');
      await sleep(600_000);
      return page({});
    case 'floods':
      for (let line = 0; line < 20_000; line += 1)
        console.error(`line ${line} of far more than a pipe holds, told to nobody`);
      return page({ name: 'Flood' });
    case 'stubborn':
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);
      return page({ name: 'Stubborn' });
    case 'cookie':
      return page({ name: 'Cookie', length: cookie?.length ?? 0, plain: /^[\w-]*$/.test(cookie ?? '') });
    case 'leak':
      console.error(`my cookie is li_at=${cookie}`);
      return page({
        name: 'Leak',
        cookie,
        header: `Cookie: li_at=${cookie}; lang=en`,
        encoded: encodeURIComponent(cookie ?? ''),
      });
    case 'leak-error':
      return { content: [{ type: 'text', text: `Session expired for li_at=${cookie}` }], isError: true };
    case 'leak-structured':
      return page({ error: 'session_expired', message: `li_at=${cookie} is no longer valid` });
    case 'leak-and-die':
      console.error(`dying with ${cookie}`);
      process.exit(3);
    // eslint-disable-next-line no-fallthrough -- it has exited
    default:
      return page({
        name: 'Ada Lovelace',
        about: 'First programmer.\nThe *second* line.',
        experiences: [
          { position_title: 'Analyst', institution_name: 'Analytical Engine', from_date: '1842', description: 'x' },
        ],
        educations: [],
        open_to_work: false,
        linkedin_url: `https://www.linkedin.com/in/${name}/`,
      });
  }
}

const server = new McpServer({ name: 'linkedin_scraper', version: '2.3.7' });
server.registerTool('get_person_profile', { inputSchema: { linkedin_username: z.string() } }, (args) =>
  person(args.linkedin_username),
);
server.registerTool(
  'get_company_profile',
  { inputSchema: { company_name: z.string(), get_employees: z.boolean().default(false) } },
  (args) => page({ name: args.company_name, employees: args.get_employees ? ['somebody'] : [], calls }),
);
server.registerTool('close_session', {}, () =>
  page({ status: 'success', message: 'Successfully closed the browser session' }),
);
await server.connect(new StdioServerTransport());
