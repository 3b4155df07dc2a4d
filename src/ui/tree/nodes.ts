import type { ExternalMcpError } from '../../base/errors.ts';
import type { Tool } from '../../client/externalMcpClient.ts';
import type { ManagedServer } from '../../servers/managedServer.ts';
import type { HistoryEntry } from '../../servers/runHistory.ts';
import { isUp } from '../../servers/status.ts';
import type { Fact } from '../facts.ts';

/** A row of the tree. */
export type TreeNode =
  | { kind: 'untrusted' }
  | { kind: 'server'; server: ManagedServer }
  | { kind: 'tool'; server: ManagedServer; tool: Tool }
  /** What to do about a server that is not well. */
  | { kind: 'problem'; server: ManagedServer; error: ExternalMcpError }
  /** Process, health, memory. */
  | { kind: 'details'; server: ManagedServer }
  | { kind: 'fact'; server: ManagedServer; fact: Fact }
  /** How one run came to its end. */
  | { kind: 'ending'; server: ManagedServer; ending: HistoryEntry };

/** A row that is refreshed by itself: VS Code finds it again by its identity. */
export type LastingNode = Extract<TreeNode, { kind: 'server' | 'details' }>;

/** Makes one row of each kind per server. */
export class LastingNodes {
  readonly #nodes = new WeakMap<ManagedServer, Record<LastingNode['kind'], LastingNode>>();

  get(kind: LastingNode['kind'], server: ManagedServer): LastingNode {
    let nodes = this.#nodes.get(server);
    if (nodes === undefined) {
      nodes = { server: { kind: 'server', server }, details: { kind: 'details', server } };
      this.#nodes.set(server, nodes);
    }
    return nodes[kind];
  }
}

/** Whether there is anything below a server: what is wrong with it, its details, its tools, how it ended. */
export function hasRows({ status, history }: ManagedServer): boolean {
  // Between two runs, what was said of the last one stays.
  const isUnderWay = status.kind === 'starting' || status.kind === 'stopping';
  return isUp(status) || 'error' in status || (isUnderWay && history.length > 0);
}
