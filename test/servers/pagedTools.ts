import { listen } from './support/listen.ts';
import { mcp } from './support/mcp.ts';

// Lists PAGES (5) pages of three tools, tool1 to tool15; ENDLESS=1 gives the same cursor for ever.
const pages = Number(process.env['PAGES'] ?? 5);
await listen(
  mcp({
    listTools({ message }) {
      const page = Number(message.params?.cursor ?? 0);
      const tools = [1, 2, 3].map((n) => ({ name: `tool${page * 3 + n}`, inputSchema: { type: 'object' } }));
      if (process.env['ENDLESS'] === '1') return { tools, nextCursor: '1' };
      return page + 1 < pages ? { tools, nextCursor: String(page + 1) } : { tools };
    },
  }),
);
