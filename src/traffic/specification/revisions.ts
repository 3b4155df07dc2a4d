/** The first revision without handshake and sessions. */
export const STATELESS = '2026-07-28';

/** From which revision on, and up to which, something holds; both ends included. */
export interface RevisionRange {
  readonly from?: string;
  readonly to?: string;
}

/** Whether a revision lies in the range. One that is unknown, or is no date, lies in none but the whole. */
export function isIn(revision: string | undefined, { from, to }: RevisionRange): boolean {
  if (from === undefined && to === undefined) return true;
  if (!isRevision(revision)) return false;
  return (from === undefined || revision >= from) && (to === undefined || revision <= to);
}

export function isStatelessRevision(revision: unknown): boolean {
  return isRevision(revision) && revision >= STATELESS;
}

/** Dates of one form can be compared as texts. */
export function isRevision(revision: unknown): revision is string {
  return typeof revision === 'string' && /^\d{4}-\d\d-\d\d$/.test(revision);
}
