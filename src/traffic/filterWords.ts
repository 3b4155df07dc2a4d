import { t } from '@vscode/l10n';
import { channels, directions, kinds, origins } from './codes.ts';
import { readDuration, readSize, readTime } from './filterValues.ts';
import { likeWhole } from './wildcard.ts';

/** The words of the filter language. A new one also needs its explanation and its test of a row (`columnTests.ts`). */
export const FILTER_WORDS = [
  'server',
  'method',
  'tool',
  'status',
  'kind',
  'is',
  'channel',
  'direction',
  'origin',
  'session',
  'id',
  'note',
  'larger-than',
  'slower-than',
  'since',
] as const;
export type FilterWord = (typeof FILTER_WORDS)[number];

/** What `is:` may ask for. */
export const STATES = ['error', 'pending', 'slow', 'late', 'duplicate', 'orphan', 'unanswered', 'failed'] as const;
export type State = (typeof STATES)[number];

/** Milliseconds from which on a call `is:slow`. */
export const SLOW_MS = 1000;

/** Words whose values are known beforehand. */
const CLOSED_WORDS = { is: { words: STATES }, kind: kinds, channel: channels, direction: directions, origin: origins };

/** What a word asks for, in one short sentence for people. */
export function explainWord(word: FilterWord): string {
  return EXPLANATIONS[word]();
}

/** What `is:` asks for with that value, in a few words for people. */
export function explainState(state: State): string {
  return STATE_EXPLANATIONS[state]();
}

/** A sentence that says what can be written behind the word, where that is not it; undefined where it is. */
export function valueProblem(word: FilterWord, value: string): string | undefined {
  switch (word) {
    case 'is':
    case 'kind':
    case 'channel':
    case 'direction':
    case 'origin': {
      const known: readonly string[] = CLOSED_WORDS[word].words;
      // `is:` alone takes no patterns.
      const isMeant = word === 'is' ? (each: string) => each === value.toLowerCase() : likeWhole(value);
      if (known.some(isMeant)) return undefined;
      const choices = known.map((each) => `${word}:${each}`).join(', ');
      return t('“{0}:{1}” is not known. Write {2}.', word, value.slice(0, 40), choices);
    }
    case 'status':
      return /^[\dx*]{1,3}$/i.test(value) ? undefined : t('Write a status such as status:404 or status:5xx.');
    case 'larger-than':
      return readSize(value) === undefined
        ? t('Write a size such as larger-than:10kB or larger-than:1MiB.')
        : undefined;
    case 'slower-than':
      return readDuration(value) === undefined
        ? t('Write a duration with its unit, such as slower-than:500ms or slower-than:2s.')
        : undefined;
    case 'since':
      return readTime(value, 0) === undefined
        ? t('Write a time such as since:10m, since:14:05 or since:2026-01-31T14:05.')
        : undefined;
    default:
      return undefined;
  }
}

const EXPLANATIONS: Record<FilterWord, () => string> = {
  server: () => t('name of the server'),
  method: () => t('part of the method, or all of it: =tools/list'),
  tool: () => t('part of the name of the tool, or all of it: =echo'),
  status: () => t('HTTP status: 404 or 5xx'),
  kind: () => t('request, response, error, notification, comment or other'),
  is: () => t('error, failed, pending, slow, late, duplicate, orphan or unanswered'),
  channel: () => t('http-request, http-response, sse, stdio or process'),
  direction: () => t('sent, received or internal'),
  origin: () => t('who caused it: user, api, plugin, health or internal'),
  session: () => t('part of the session id'),
  id: () => t('JSON-RPC id, or #12 for entry 12'),
  note: () => t('rule of a note, or error, warning or info'),
  'larger-than': () => t('bytes of the body: 500B, 10kB or 1MiB'),
  'slower-than': () => t('from request to answer: 500ms or 2s'),
  since: () => t('not older than 10m, 14:05 or an ISO time'),
};

const STATE_EXPLANATIONS: Record<State, () => string> = {
  error: () => t('error answers, tools that failed, HTTP statuses from 400 on, and exchanges that broke'),
  pending: () => t('requests that wait for their answer'),
  slow: () => t('answered after a second or more'),
  late: () => t('came after their request was given up'),
  duplicate: () => t('answer what has been answered before'),
  orphan: () => t('answer no request'),
  unanswered: () => t('ended without an answer'),
  failed: () => t('answers of tools that say that they failed'),
};
