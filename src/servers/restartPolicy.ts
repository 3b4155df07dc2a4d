import { backoffMs } from '../base/backoff.ts';
import type { ExternalMcpError } from '../base/errors.ts';
import type { AttachAction, CrashLoop } from './status.ts';

/** After so many failures in a row a server is given up; the last wait before that is the ninth. */
const MOST_FAILURES = 10;
/** Ready for so long, in ms, it counts as recovered: the next failure is the first of a row again. */
const RECOVERED_MS = 60_000;
/** So many exits in a row, each sooner after it was ready than `SHORT_LIFE_MS`, and it is given up too. */
const MOST_SHORT_LIVES = 5;
const SHORT_LIFE_MS = 3 * 60_000;

/** Key `restart` of a definition. */
export type RestartMode = 'always' | 'on-failure' | 'never';

/** What a definition says about it. */
export interface RestartRule {
  mode: RestartMode;
  /** It is tried for ever: somebody else's server, which costs nothing while it is away. */
  isEndless: boolean;
}

/** Why a run did not come up, or came to its end without being asked. */
export interface RunFailure {
  error: ExternalMcpError;
  /**
   * `failure`: starting it again may help. `clean`: it ended of its own accord and says that all is well (exit code 0, having been ready).
   * `hopeless`: what is wrong stays wrong until somebody changes it. `auth`: it wants somebody to sign in.
   */
  nature: 'failure' | 'clean' | 'hopeless' | 'auth';
  /** What happened as the rest of a sentence that begins with the server's name: "exited with code 3". */
  what: string;
  /** What a person may choose to do instead. */
  action?: AttachAction;
}

/** What went before; the policy's only memory. */
export interface RestartHistory {
  /** Failures in a row. */
  failures: number;
  /** Ends in a row that came soon after the server had been ready. */
  shortLives: number;
}

export const NO_FAILURES: RestartHistory = { failures: 0, shortLives: 0 };

/** What becomes of a server that ended. */
export type Decision =
  | { kind: 'restart'; delayMs: number; history: RestartHistory }
  | { kind: 'giveUp'; crashLoop?: CrashLoop }
  | { kind: 'rest' };

/** One end of a run, as far as the policy wants to know. */
export interface RunEnd {
  nature: 'failure' | 'clean' | 'hopeless';
  /** How long it had been ready without trouble, in ms; absent: it never was ready. */
  readyMs?: number;
}

/** Decides after the end of a run whether and when there is another. Waits are 1, 2, 4 … 60 s. */
export function afterEnd(rule: RestartRule, history: RestartHistory, { nature, readyMs }: RunEnd): Decision {
  const { mode, isEndless } = rule;
  if (nature === 'hopeless') return { kind: 'giveUp' };
  if (nature === 'clean' && mode !== 'always') return { kind: 'rest' };
  if (mode === 'never') return { kind: 'giveUp' };
  const failures = readyMs !== undefined && readyMs >= RECOVERED_MS ? 1 : history.failures + 1;
  const shortLives = shortLivesAfter(history, readyMs);
  if (!isEndless && shortLives >= MOST_SHORT_LIVES) {
    return { kind: 'giveUp', crashLoop: { rule: 'shortLived', failures: shortLives } };
  }
  if (!isEndless && failures >= MOST_FAILURES)
    return { kind: 'giveUp', crashLoop: { rule: 'failuresInARow', failures } };
  return { kind: 'restart', delayMs: backoffMs(failures), history: { failures, shortLives } };
}

/** A start that fails says nothing about how long the server lives once it is ready. */
function shortLivesAfter({ shortLives }: RestartHistory, readyMs: number | undefined): number {
  if (readyMs === undefined) return shortLives;
  return readyMs < SHORT_LIFE_MS ? shortLives + 1 : 0;
}
