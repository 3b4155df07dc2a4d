import { legacySse } from './legacySseServer.ts';
import { listen } from './support/listen.ts';

// HTTP+SSE of 2024-11-05 that is killed while a call is in flight.
await listen(legacySse({ callTool: () => process.kill(process.pid, 'SIGKILL') }));
