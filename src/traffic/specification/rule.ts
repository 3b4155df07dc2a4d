import type { Severity } from '../entry.ts';
import type { JsonObject } from './json.ts';
import type { RevisionRange } from './revisions.ts';
import type { Rpc } from './rpc.ts';
import type { Subject } from './subject.ts';

/** False: kept. True: broken. A list: broken, and these are the words that the sentence leaves open. */
export type Violation = boolean | readonly string[];

/** One MUST of a specification, or as good as one. */
export interface Rule {
  /** Stable: filters and exports name it. */
  readonly id: string;
  readonly severity: Severity;
  /** Where it is written: `JSON-RPC 2.0, 5.1`, `MCP 2025-11-25, Lifecycle, Initialization`. */
  readonly section: string;
  /** The revisions that have it; absent: all. */
  readonly revisions?: RevisionRange;
  /** What it is asked about: heads, the whole of a body, line or event, or each JSON-RPC message in it. */
  readonly on: 'requestHead' | 'responseHead' | 'content' | 'message';
  /** Told at most once of a conversation, since all that follows would break it too. */
  readonly isOnce?: boolean;
  /** One sentence; called when it is needed, in the language of the editor. */
  readonly message: (...details: readonly string[]) => string;
  readonly check: (subject: Subject) => Violation;
}

/** A check of the message itself, which is not made where only the envelope is known. */
export function ofValue(check: (value: JsonObject, rpc: Rpc, subject: Subject) => Violation): Rule['check'] {
  return (subject) => (subject.rpc?.value === undefined ? false : check(subject.rpc.value, subject.rpc, subject));
}
