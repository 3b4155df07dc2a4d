import { AsyncLocalStorage } from 'node:async_hooks';
import type { OfferedAction, Progress } from '../api.ts';

/** One run of an action: what it may do, and what the plugin has done for it by now. */
export interface RunScope {
  /** Ends what the run waits for. */
  readonly signal: AbortSignal;
  /** A person waits for it and looks at the screen. */
  readonly isInteractive: boolean;
  readonly onProgress: ((progress: Progress) => void) | undefined;
  readonly offers: OfferedAction[];
  /** Of the last call. */
  server?: string;
  tool?: string;
  /** Of all calls together, repeated ones included. */
  attempts: number;
  documents: number;
}

/** Carries a run through the plugin's own code to the context that it calls. */
export const runScope = new AsyncLocalStorage<RunScope>();
