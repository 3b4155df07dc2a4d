import { t } from '@vscode/l10n';
import type { ErrorKind, OfferedAction } from '../../api.ts';
import type { FlavourName } from './configuration.ts';
import { askedWaitMs, type Told } from './errorTable.ts';
import type { ErrorCode, Problem } from './linkedInError.ts';

/** What the advice depends on. */
export interface Circumstances {
  flavour: FlavourName;
  /** A page that the server names, for a person to answer what is asked there. */
  page?: string;
  /** The cookie is shorter than cookies are; its length in characters. */
  shortCookie?: number;
}

interface Meaning {
  kind: ErrorKind;
  retryable?: boolean;
  /** Milliseconds, where the server names no time. */
  waitMs?: number;
}

/** Servers that wait for somebody advise this long: "call this exact tool again in about 30 seconds". */
const USUAL_WAIT_MS = 30_000;
/** UTF-16 units of a server's own words that a message repeats. */
const QUOTED_LENGTH = 300;

/** What each code means for who calls. `retryable` is what repeating by hand may cure; nothing is repeated by itself. */
const meanings: Readonly<Record<ErrorCode, Meaning>> = {
  authentication: { kind: 'auth' },
  expired: { kind: 'auth' },
  'suspected-expiry': { kind: 'auth' },
  challenge: { kind: 'auth' },
  pending: { kind: 'tool', retryable: true, waitMs: USUAL_WAIT_MS },
  busy: { kind: 'tool', retryable: true, waitMs: USUAL_WAIT_MS },
  'rate-limit': { kind: 'connection' },
  'not-found': { kind: 'tool' },
  network: { kind: 'connection', retryable: true },
  'login-timeout': { kind: 'timeout', retryable: true },
  'page-changed': { kind: 'tool' },
  setup: { kind: 'process' },
  'no-tool': { kind: 'config' },
  'no-sign-in': { kind: 'config' },
  parameters: { kind: 'validation' },
  cancelled: { kind: 'cancelled' },
  linkedin: { kind: 'tool' },
  unknown: { kind: 'tool' },
};

/** What somebody is told of it, and may do next. */
export function problemOf(code: ErrorCode, told: Told | undefined, circumstances: Circumstances): Problem {
  const { kind, retryable = false, waitMs } = meanings[code];
  const asked = told === undefined ? undefined : askedWaitMs(told.text);
  const retryAfterMs = code === 'rate-limit' || retryable ? (asked ?? waitMs) : undefined;
  const said = told === undefined ? '' : quoted(told.text);
  const parts = [
    adviceFor(code, circumstances, retryAfterMs),
    circumstances.shortCookie !== undefined && kind === 'auth' ? shortCookieAdvice(circumstances.shortCookie) : '',
    said === '' || told?.byHost === true ? said : t('The server said: {0}', said),
  ];
  return {
    kind,
    code,
    message: parts.filter((part) => part !== '').join(' '),
    retryable,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    offers: offersFor(code, circumstances),
  };
}

/** A cookie that is shorter than cookies are. @param length its characters */
export function shortCookieAdvice(length: number): string {
  return t('The li_at cookie that is set has only {0} characters; it was probably not copied in full.', length);
}

/** What happened and what to do next. */
function adviceFor(code: ErrorCode, { flavour }: Circumstances, waitMs: number | undefined): string {
  switch (code) {
    case 'authentication':
      return flavour === 'token'
        ? t('The server has no access token. {0}', signInAdvice(flavour))
        : t('There is no session on LinkedIn. {0}', signInAdvice(flavour));
    case 'expired':
      return flavour === 'token'
        ? t('The service refused the access token. {0}', signInAdvice(flavour))
        : t('The session on LinkedIn is no longer valid. {0}', signInAdvice(flavour));
    case 'suspected-expiry':
      return t(
        'The profile came back empty, which mostly means that the session has expired. {0}',
        signInAdvice(flavour),
      );
    case 'pending':
      return t(
        'The server is still being set up or signed in to. Finish that where it asks for it, and run this again in about {0} s.',
        seconds(waitMs),
      );
    case 'busy':
      return t(
        'Another program uses the server’s browser. Nothing is wrong with the session; run this again in about {0} s.',
        seconds(waitMs),
      );
    case 'challenge':
      return t(
        'LinkedIn wants to be sure that it is you. Open LinkedIn, answer what it asks there, and run this again.',
      );
    case 'rate-limit':
      return waitMs === undefined
        ? t('LinkedIn asks for fewer requests. Wait a few minutes before you run this again.')
        : t('LinkedIn asks for fewer requests. Wait {0} s before you run this again.', seconds(waitMs));
    case 'not-found':
      return t('LinkedIn has no such page. Check the name: it is the one in the address of the page.');
    case 'network':
      return t('LinkedIn could not be reached. Check the connection of this machine, and run this again.');
    case 'login-timeout':
      return t('Signing in took too long. Check the connection of this machine, and run this again.');
    case 'page-changed':
      return t(
        'The server could not read the page; LinkedIn may have changed it. Update the server, or try another flavour.',
      );
    case 'setup':
      return t('The server could not set up its browser. See its output for what is missing.');
    default:
      return t('The server could not do it. See its output for more.');
  }
}

function signInAdvice(flavour: FlavourName): string {
  switch (flavour) {
    case 'browser':
      return t('Choose “Sign In”, sign in in the browser that opens, and run this again.');
    case 'cookie':
      return t('Choose “Set Cookie” and enter the li_at cookie of a browser that is signed in, then run this again.');
    case 'token':
      return t('Choose “Set Access Token” and enter one that is valid, then run this again.');
  }
}

function offersFor(code: ErrorCode, { flavour, page }: Circumstances): OfferedAction[] {
  switch (code) {
    case 'authentication':
    case 'expired':
    case 'suspected-expiry':
      return [...signInOffers(flavour)];
    case 'challenge':
      return [
        { title: t('Open LinkedIn'), command: 'vscode.open', argument: challengePage(page) },
        ...signInOffers(flavour),
      ];
    default:
      return [];
  }
}

function signInOffers(flavour: FlavourName): readonly OfferedAction[] {
  const signIn = runAction(t('Sign In'), 'sign_in');
  switch (flavour) {
    case 'browser':
      return [signIn];
    case 'cookie':
      return [setSecret(t('Set Cookie'), 'cookie'), signIn];
    case 'token':
      return [setSecret(t('Set Access Token'), 'accessToken')];
  }
}

/** Asks for one of the plugin's secrets. */
export function setSecret(title: string, name: string): OfferedAction {
  return { title, command: 'externalMcp.setSecret', argument: { plugin: 'linkedin', name } };
}

/** Runs another action of this plugin. */
export function runAction(title: string, action: string): OfferedAction {
  return { title, command: 'externalMcp.runPluginAction', argument: { plugin: 'linkedin', action } };
}

/** Pages of LinkedIn alone: whatever else a server names may be anybody's. */
function challengePage(page: string | undefined): string {
  const address = page === undefined ? null : URL.parse(page);
  const isOwn =
    address?.protocol === 'https:' && /(?:^|\.)linkedin\.com$/.test(address.hostname) && address.username === '';
  return isOwn ? address.href : 'https://www.linkedin.com/';
}

function seconds(ms: number | undefined): number {
  return Math.ceil((ms ?? USUAL_WAIT_MS) / 1000);
}

/** A server's own words on one line, without what could disguise them. */
function quoted(text: string): string {
  const clean = text
    .slice(0, QUOTED_LENGTH * 4)
    .replace(/\s+/g, ' ')
    .replace(/(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu, '')
    .trim();
  return clean.length <= QUOTED_LENGTH ? clean : `${clean.slice(0, QUOTED_LENGTH - 1)}…`;
}
