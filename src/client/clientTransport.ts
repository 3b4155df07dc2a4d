import type { JSONRPCMessage, Transport } from '@modelcontextprotocol/client';
import type { ExternalMcpError } from '../base/errors.ts';

/**
 * A transport as our client needs it. `send()` of a request stays pending until its exchange is settled: it resolves when the matching
 * answer has been handed to `onmessage`, and rejects when nothing can bring it any more. The library rejects a call with whatever
 * `send()` rejects with, so that no call waits for its timeout in vain.
 */
export interface ClientTransport extends Transport {
  /** Why it ended, where it was not simply closed. */
  readonly failure?: ExternalMcpError | undefined;
  /** Tells the server that its session is over. */
  terminateSession?(): Promise<void>;
}

/** Takes messages before the protocol library, which validates each notification seven times. */
export interface MessageSink {
  /** Whether the message was taken; else it goes on to the library. */
  deliver(message: JSONRPCMessage): boolean;
}
