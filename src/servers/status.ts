import type { ExternalMcpError } from '../base/errors.ts';
import type { ConnectionInfo, Tool } from '../client/externalMcpClient.ts';

/** Where a server is in its life, with what is known in that place. `since` and `at` are monotonic milliseconds. */
export type ServerStatus =
  /** `ended`: how it came to its end where nobody had asked for it, as the rest of a sentence: "exited with code 0". */
  | { kind: 'stopped'; ended?: string }
  | { kind: 'disabled' }
  /** `reason`: somebody started it, or it ran before and somebody wants another run of it, or it failed before. */
  | { kind: 'starting'; since: number; reason: 'asked' | 'restart' | 'automatic' }
  | ReadyStatus
  | DegradedStatus
  | RestartingStatus
  /** Something of it still runs. */
  | { kind: 'stopping'; next: Destination }
  | FailedStatus
  | AuthRequiredStatus;

/** What is known of a server that can be called. */
export interface Service {
  /** When it became ready. */
  since: number;
  pid?: number;
  port?: number;
  /** It listens on all interfaces, so that the network reaches it. */
  exposed?: true;
  url?: string;
  connection: ConnectionInfo;
  tools: readonly Tool[];
  /** Times that a lost session was replaced, or that somebody asked for a new one. */
  renewals: number;
}

export type ReadyStatus = { kind: 'ready' } & Service;

/** It can be called, but something is wrong with it, such as health checks that it did not answer. */
export type DegradedStatus = { kind: 'degraded'; error: ExternalMcpError } & Service;

/** Nothing of it runs; it will be started again. */
export interface RestartingStatus {
  kind: 'restarting';
  /** When. */
  at: number;
  /** Failures in a row, this one included. */
  attempt: number;
  /** Why. */
  error: ExternalMcpError;
}

export interface FailedStatus {
  kind: 'failed';
  error: ExternalMcpError;
  /** It was started again and again before it was given up; absent where starting again was no use or not wanted. */
  crashLoop?: CrashLoop;
  /** What a person may choose to do instead. */
  action?: AttachAction;
  /** Something of it survived all attempts to end it and still runs. */
  isStuck?: true;
}

/** What may be offered beside an error: to use the server that is there already. */
export interface AttachAction {
  kind: 'attach';
  /** For a definition without a command. */
  url: string;
}

/** It serves nobody who does not sign in first. */
export interface AuthRequiredStatus {
  kind: 'authRequired';
  error: ExternalMcpError;
}

/** What comes when nothing of a run is left. */
export type Destination =
  | { kind: 'rest'; ended?: string }
  | { kind: 'start'; reason: 'asked' | 'restart' }
  | RestartingStatus
  | FailedStatus
  | AuthRequiredStatus;

/** What a server is while nothing runs and nobody wants it to. */
export type RestingStatus = { kind: 'stopped' } | { kind: 'disabled' } | { kind: 'failed'; error: ExternalMcpError };

/** Why a server is not started any more, in figures. */
export interface CrashLoop {
  /** Failures in a row, or exits soon after it was ready. */
  failures: number;
  rule: 'failuresInARow' | 'shortLived';
}

/** Whether it can be called. */
export function isUp(status: ServerStatus): status is ReadyStatus | DegradedStatus {
  return status.kind === 'ready' || status.kind === 'degraded';
}

/** Whether it runs, or will without being asked: what can be stopped. */
export function isActive(status: ServerStatus): boolean {
  const kind = status.kind === 'stopping' ? status.next.kind : status.kind;
  return isUp(status) || kind === 'starting' || kind === 'start' || kind === 'restarting';
}
