import type { ErrorCode } from './linkedInError.ts';

/** What a server said, wherever it said it. */
export interface Told {
  /** Its own word for the error, where it has one: `session_expired`. */
  code?: string;
  text: string;
  /** The host says it of the server, such as how it ended. */
  byHost?: boolean;
}

interface Row {
  /** Of a structured error; without one the text alone decides. */
  code?: string;
  text?: RegExp;
  means: ErrorCode;
}

/** What servers say, and what it means; the first row that fits counts. One row a line. */
const rows: readonly Row[] = [
  // What is said of any state that passes by itself comes first: it often mentions that there is no session yet.
  { text: /login is (?:still|already) in progress/i, means: 'pending' },
  { text: /log ?in (?:browser )?window (?:has been|was|is) open/i, means: 'pending' },
  { text: /setup is (?:not complete yet|still (?:running|in progress))/i, means: 'pending' },
  { text: /currently using the browser|browser is busy/i, means: 'busy' },
  { code: 'captcha_required', means: 'challenge' },
  { code: 'security_challenge_required', means: 'challenge' },
  { code: 'two_factor_auth_required', means: 'challenge' },
  { code: 'rate_limit', means: 'rate-limit' },
  { code: 'authentication_not_found', means: 'authentication' },
  { code: 'invalid_credentials', means: 'expired' },
  { code: 'session_expired', means: 'expired' },
  { code: 'cookie_auth_failed', means: 'expired' },
  { code: 'authentication_failed', means: 'expired' },
  { code: 'login_timeout', text: /log[ -]?in|cookie/i, means: 'expired' },
  { code: 'login_timeout', means: 'login-timeout' },
  { code: 'profile_not_found', means: 'not-found' },
  { code: 'network_error', means: 'network' },
  { code: 'scraping_error', means: 'page-changed' },
  { text: /rate limit|wait \d+ ?s(?:ec(?:ond)?s?)?\b|too many requests|api error: 429/i, means: 'rate-limit' },
  { text: /authentication not found|no (?:valid )?linkedin (?:session|authentication)/i, means: 'authentication' },
  { text: /(?:HDW_ACCESS_TOKEN|LINKEDIN_COOKIE)\b.{0,40}\b(?:required|missing|not set)/i, means: 'authentication' },
  { text: /session (?:has )?expired|authentication failed|invalid credentials/i, means: 'expired' },
  { text: /session(?:'s)? (?:has )?stopped working|no usable (?:linkedin )?session/i, means: 'expired' },
  // What a cookie that LinkedIn refuses looks like to a browser (issue 114 of the server).
  { text: /err_too_many_redirects/i, means: 'expired' },
  { text: /api error: 40[13]\b|unauthori[sz]ed/i, means: 'expired' },
  { text: /captcha|security challenge|checkpoint|two-factor|\b2fa\b/i, means: 'challenge' },
  { text: /profile not found|page not found|api error: 404\b/i, means: 'not-found' },
  { text: /network error|fetch failed|net::err_|enotfound|econnrefused|api error: 5\d\d\b/i, means: 'network' },
  { text: /page structure may have changed|scraping failed/i, means: 'page-changed' },
  { text: /browser setup failed|executable doesn't exist|install (?:chromium|--with-deps)/i, means: 'setup' },
  { code: 'linkedin_error', means: 'linkedin' },
  { code: 'unknown_error', means: 'unknown' },
];

/** What it means; undefined where no row fits. */
export function meaningOf({ code, text }: Told): ErrorCode | undefined {
  return rows.find((row) => (row.code === undefined || row.code === code) && (row.text?.test(text) ?? true))?.means;
}

/** Milliseconds that a server asks to wait; undefined where it names no time. At most a day. */
export function askedWaitMs(text: string): number | undefined {
  const [, amount, unit = ''] = /\bwait(?: for)? (\d{1,6}) ?(s|m|h)(?:ec|econd|in|inute|our)?s?\b/i.exec(text) ?? [];
  if (amount === undefined) return undefined;
  const seconds = { s: 1, m: 60, h: 3600 }[unit.toLowerCase()] ?? 1;
  return Math.min(Number(amount) * seconds, 86_400) * 1000;
}
