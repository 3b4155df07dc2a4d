import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  type DiscoverResult,
  type PriorDiscovery,
  PROTOCOL_VERSION_META_KEY,
} from '@modelcontextprotocol/client';
import * as z from 'zod/mini';
import { ExternalMcpError } from '../base/errors.ts';
import { readCapabilities } from './capabilities.ts';
import type { CallOptions, Connection } from './connection.ts';
import { isStateless, STATELESS_VERSION } from './protocolVersions.ts';

/** JSON-RPC errors of a server of the stateless era: a header that does not fit, a capability that it needs, a version that it does not speak. */
const HEADER_MISMATCH = -32020;
const MISSING_CAPABILITY = -32021;
const UNSUPPORTED_VERSION = -32022;
/** Times that a server may ask for another version. */
const MAX_CORRECTIONS = 2;

const discoverSchema = z.looseObject({ supportedVersions: z.array(z.string()) });
const supportedSchema = z.looseObject({ supported: z.array(z.string()) });

/**
 * Asks a server what it is (`server/discover`). Resolves with its answer, or with `legacy` when it answers like a server that wants a
 * handshake; rejects with what it answered instead where that says neither.
 * @param isGuess nothing at this path also ends the question, without a handshake
 */
export async function discover(connection: Connection, call: CallOptions, isGuess: boolean): Promise<PriorDiscovery> {
  for (let correction = 0; ; correction += 1) {
    try {
      return await ask(connection, call);
    } catch (error) {
      if (!(error instanceof ExternalMcpError)) throw error;
      const supported = supportedVersions(error);
      if (supported?.includes(STATELESS_VERSION) === true && correction < MAX_CORRECTIONS) continue;
      if (supported?.some(isStateless) === true) throw error;
      // It speaks our language and wants something that we do not have: no handshake would mend that.
      if (error.rpcCode === HEADER_MISMATCH || error.rpcCode === MISSING_CAPABILITY) throw error;
      if (!wantsHandshake(error, isGuess, connection)) throw error;
      return { kind: 'legacy' };
    }
  }
}

async function ask(connection: Connection, call: CallOptions): Promise<PriorDiscovery> {
  const result = await connection.ask(
    'server/discover',
    {
      _meta: {
        [PROTOCOL_VERSION_META_KEY]: STATELESS_VERSION,
        [CLIENT_INFO_META_KEY]: connection.clientInfo,
        [CLIENT_CAPABILITIES_META_KEY]: connection.capabilities,
      },
    },
    call,
  );
  const { success, data } = discoverSchema.safeParse(result);
  // Some answer anything to everything.
  if (!success || !data.supportedVersions.includes(STATELESS_VERSION)) return { kind: 'legacy' };
  // The library checks the rest of it.
  const found: object = { ...data, capabilities: readCapabilities(data['capabilities']) };
  return { kind: 'modern', discover: found as DiscoverResult };
}

function supportedVersions(error: ExternalMcpError): readonly string[] | undefined {
  if (error.rpcCode !== UNSUPPORTED_VERSION) return undefined;
  const { success, data } = supportedSchema.safeParse(error.rpcData);
  return success ? data.supported : [];
}

/** A JSON-RPC error, or a status with which a server refuses a request without a session, says that it does not know the question. */
function wantsHandshake(error: ExternalMcpError, isGuess: boolean, connection: Connection): boolean {
  const { kind, rpcCode, httpStatus = 0 } = error;
  if (kind === 'auth') return httpStatus === 401 && connection.failedHead?.challenge === undefined;
  // An outage, whatever stands in its body.
  if (kind !== 'protocol' && kind !== 'session') return false;
  if (rpcCode !== undefined) return true;
  if (httpStatus === 404 || httpStatus === 405) return !isGuess;
  return httpStatus >= 400;
}
