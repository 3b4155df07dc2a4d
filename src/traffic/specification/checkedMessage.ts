import type { TrafficChannel, TrafficDirection } from '../../base/traffic.ts';
import type { Severity } from '../entry.ts';
import type { TrafficKind } from '../entry.ts';

/** What the checker needs of an entry of the log. */
export interface CheckedMessage {
  readonly seq: number;
  readonly server: string;
  readonly direction: TrafficDirection;
  readonly channel: TrafficChannel;
  readonly isHead: boolean;
  /** Judged by the envelope; believed only where the body is too large to be read. */
  readonly kind: TrafficKind;
  readonly method?: string;
  readonly rpcId?: string | number;
  readonly status?: number;
  readonly exchange?: number;
  readonly sessionId?: string;
  /** A process or session begins or ends here. */
  readonly isBoundary?: boolean;
  /** As they came, secrets included: a mask in the place of a number is no JSON. For reading only. */
  bytes(): Uint8Array;
}

/** A rule that an entry breaks. */
export interface Finding {
  readonly seq: number;
  readonly rule: string;
  readonly severity: Severity;
  /** One sentence; of the message itself it names methods, tools, headers and JSON pointers, never values. */
  readonly message: string;
  readonly section: string;
}
