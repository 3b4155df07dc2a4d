import type { PriorDiscovery } from '@modelcontextprotocol/client';
import { ExternalMcpError } from '../base/errors.ts';
import type { CallOptions, Connection } from './connection.ts';
import type { Verdict } from './dialect.ts';
import { discover } from './discovery.ts';

/** Milliseconds of silence after the question of the stateless era that mean the older one. A server of either era answers in a few. */
const PROBE_MS = 2000;

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
): Promise<{ connection: Connection; verdict: Verdict }> {
  try {
    const prior: PriorDiscovery =
      known?.era === 'handshake' ? { kind: 'legacy' } : await probe(connection, known, call);
    await connection.connect(prior, call);
    return { connection, verdict: { transport: 'stdio', era: prior.kind === 'modern' ? 'stateless' : 'handshake' } };
  } catch (error) {
    await connection.close();
    const isRefusal = error instanceof ExternalMcpError && error.rpcCode !== undefined;
    throw isRefusal && known === undefined ? new StartAgainError('stateless', error) : error;
  }
}

async function probe(connection: Connection, known: Verdict | undefined, call: CallOptions): Promise<PriorDiscovery> {
  try {
    return await discover(connection, known === undefined ? { ...call, timeoutMs: PROBE_MS } : call, false);
  } catch (error) {
    if (!(error instanceof ExternalMcpError) || known !== undefined || call.signal?.aborted === true) throw error;
    if (error.kind === 'timeout') return { kind: 'legacy' };
    throw error.kind === 'connection' ? new StartAgainError('handshake', error) : error;
  }
}
