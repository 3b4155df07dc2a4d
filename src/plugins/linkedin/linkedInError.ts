import type { ErrorKind, OfferedAction } from '../../api.ts';

/** The plugin's own words for what went wrong; they stand in `error.code` of a response. */
export type ErrorCode =
  | 'authentication'
  | 'expired'
  | 'suspected-expiry'
  | 'pending'
  | 'busy'
  | 'challenge'
  | 'rate-limit'
  | 'not-found'
  | 'network'
  | 'login-timeout'
  | 'page-changed'
  | 'setup'
  | 'no-tool'
  | 'no-sign-in'
  | 'parameters'
  | 'cancelled'
  | 'linkedin'
  | 'unknown';

/** What somebody is told, and what they may do next. */
export interface Problem {
  kind: ErrorKind;
  code: ErrorCode;
  message: string;
  retryable: boolean;
  retryAfterMs?: number;
  offers: readonly OfferedAction[];
}

/** Ends an action with a problem. */
export class LinkedInError extends Error {
  readonly problem: Problem;

  constructor(problem: Omit<Problem, 'offers' | 'retryable'> & Partial<Problem>) {
    super(problem.message);
    this.name = 'LinkedInError';
    this.problem = { offers: [], retryable: false, ...problem };
  }
}
