import { sdkV2 } from './eras/sdkV2.ts';
import { listen } from './support/listen.ts';
import { createV2Echo } from './v2Echo.ts';

// A server of the stateless era (2026-07-28) that knows no other: it refuses a handshake.
await listen(sdkV2(createV2Echo, { legacy: 'reject' }).handler);
