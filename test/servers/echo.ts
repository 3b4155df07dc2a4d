import { createEchoServer } from './support/echoServer.ts';
import { listen } from './support/listen.ts';
import { sdk } from './support/sdk.ts';

// An ordinary server over Streamable HTTP.
await listen(sdk(createEchoServer));
