import { sdkV2 } from './eras/sdkV2.ts';
import { listen } from './support/listen.ts';
import { createV2Echo } from './v2Echo.ts';

// A server of both eras: 2026-07-28, and the handshake before it.
await listen(sdkV2(createV2Echo).handler);
