import type { Redactor } from '../../base/redact.ts';
import type { TrafficFilter } from '../filter.ts';
import type { MatchOptions } from '../matcher.ts';
import { Presenter } from '../presenter.ts';

/** Which entries are written: everything, by default. `server`, `from` and `to` narrow it down beside the filter. */
export interface Narrowed extends Pick<MatchOptions, 'server' | 'from' | 'to'> {
  filter?: TrafficFilter;
}

/** What is written and how. */
export interface ExportOptions extends Narrowed {
  redactor: Redactor;
  /** Secrets are written as they are: only after somebody has confirmed that. */
  withSecrets?: boolean;
  /** Ends the export, which then throws the signal's reason. */
  signal?: AbortSignal;
  /** Hears now and then which share is done, 0 to 1; 1 at the end. */
  onProgress?: (share: number) => void;
}

/** What turns entries into what is written. */
export function presenterFor({ redactor, withSecrets = false }: ExportOptions): Presenter {
  return withSecrets ? new Presenter() : new Presenter(redactor);
}
