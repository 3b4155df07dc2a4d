import type { PriorDiscovery } from '@modelcontextprotocol/client';
import { ExternalMcpError } from '../base/errors.ts';
import type { CallOptions, Connection } from './connection.ts';
import type { Verdict } from './dialect.ts';
import { discover } from './discovery.ts';
import type { Found } from './ladder.ts';

/**
 * Milliseconds of silence after the question of the stateless era that mean the older one. A server of either era answers in a few once it
 * has started, and a start takes seconds on a busy machine.
 */
const PROBE_MS = 5000;

const LEGACY: PriorDiscovery = { kind: 'legacy' };

/** Finding out what a server on pipes speaks has spent its process: it has to be started again, with what is known now. */
export class StartAgainError extends ExternalMcpError {
  readonly known: Verdict;

  constructor(era: Verdict['era'], { kind, message, stack: _stack, ...details }: ExternalMcpError) {
    super(kind, message, details);
    this.known = { transport: 'stdio', era };
  }
}

/**
 * Finds out which era a server on pipes speaks: any error and silence mean the older one. Rejects with `StartAgainError` when the server
 * ended at the question, as some do, or was silent because it was still starting and then turns out to know no handshake.
 */
export async function connectStdio(
  connection: Connection,
  known: Verdict | undefined,
  call: CallOptions,
): Promise<Found> {
  try {
    const prior = known?.era === 'handshake' ? LEGACY : await probe(connection, known, call);
    await connection.connect(prior ?? LEGACY, call);
    const era = prior?.kind === 'modern' ? 'stateless' : 'handshake';
    return { connection, verdict: { transport: 'stdio', era, ...(prior === undefined ? { isGuess: true } : {}) } };
  } catch (error) {
    await connection.close();
    throw known === undefined ? learnt(error) : error;
  }
}

/** What a failed handshake teaches: there is none to be had, or the question before it was read late and ended the server. */
function learnt(error: unknown): unknown {
  if (!(error instanceof ExternalMcpError) || error instanceof StartAgainError) return error;
  if (error.rpcCode !== undefined) return new StartAgainError('stateless', error);
  return error.kind === 'connection' ? new StartAgainError('handshake', error) : error;
}

/** Resolves with nothing when there was no answer. */
async function probe(
  connection: Connection,
  known: Verdict | undefined,
  call: CallOptions,
): Promise<PriorDiscovery | undefined> {
  try {
    return await discover(connection, known === undefined ? { ...call, timeoutMs: PROBE_MS } : call, false);
  } catch (error) {
    if (!(error instanceof ExternalMcpError) || known !== undefined || call.signal?.aborted === true) throw error;
    if (error.kind === 'timeout') return undefined;
    throw error.kind === 'connection' ? new StartAgainError('handshake', error) : error;
  }
}
