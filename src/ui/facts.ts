import { t } from '@vscode/l10n';
import type { Clock } from '../base/clock.ts';
import { displayText } from '../base/displayText.ts';
import { durationWords } from '../base/duration.ts';
import type { HistoryEntry } from '../servers/runHistory.ts';
import type { ServerSnapshot } from '../servers/snapshot.ts';
import { isUp, type Service, type ServerStatus } from '../servers/status.ts';
import type { Vitals } from '../servers/vitals.ts';
import { sparkline } from './sparkline.ts';

const MEGABYTE = 1024 * 1024;
/** Least heights of the courses, so that what hardly changes looks as if it did: milliseconds, share of the highest value, percent. */
const LEAST_HEIGHT = { latency: 10, memory: 0.25, cpu: 10 };
/** Health checks that are looked at. */
const CHECKS = 12;

/** One thing that is known of a server: a row of its details, a line of its tooltip. */
export interface Fact {
  id: 'process' | 'address' | 'uptime' | 'restarts' | 'health' | 'memory' | 'cpu';
  label: string;
  /** In words. */
  value: string;
  /** How the value came about, as a sparkline; says nothing to a screen reader. */
  course?: string;
  /** What else there is to say of it, in words. */
  more?: string;
  /** What the words leave out. */
  note?: string;
  /** What it means. */
  explanation?: string;
  /** It is not as it should be. */
  isWarning?: true;
}

/** What the facts are made of; a `ManagedServer` is one. */
export interface FactSource {
  readonly status: ServerStatus;
  readonly history: readonly HistoryEntry[];
  readonly vitals: Pick<Vitals, 'checks' | 'usage' | 'isLeaking' | 'memoryLimitBytes'> | undefined;
  snapshot(): Pick<ServerSnapshot, 'restarts'>;
}

/** All that is known of a server beside its state, in the order in which it is shown. */
export function factsOf(server: FactSource, clock: Pick<Clock, 'now'>): Fact[] {
  const { status, vitals } = server;
  const ofService = isUp(status) ? serviceFacts(status, clock.now()) : [];
  const measured = vitals === undefined ? [] : [healthFact(vitals), ...usageFacts(vitals)];
  return [...ofService, ...restartFact(server), ...measured];
}

/** A fact on one line, for the eye. */
export function factLine({ value, course, more }: Fact): string {
  return [value, course, more === undefined || course === undefined ? more : `· ${more}`].filter(isDefined).join(' ');
}

/** The same in words alone. */
export function factWords({ label, value, more, note, explanation }: Fact): string {
  return [`${label} ${value}`, more, note, explanation].filter(isDefined).join(', ');
}

/** What became of one run, for a line of the history: when, and what. */
export function endingWords({ time, what, upMs }: HistoryEntry): { when: string; what: string } {
  const text = displayText(what, 200);
  return {
    when: timeWords(time),
    what: upMs === undefined ? t('{0}, before it was ready', text) : t('{0}, after {1}', text, durationWords(upMs)),
  };
}

/** A time of today, or with its date. @param time milliseconds since the epoch */
export function timeWords(time: number, now = Date.now()): string {
  const date = new Date(time);
  const isToday = date.toDateString() === new Date(now).toDateString();
  return isToday ? date.toLocaleTimeString() : date.toLocaleString();
}

/** `4.2 MB`, `84 MB`. */
function megabyteWords(bytes: number): string {
  const megabytes = bytes / MEGABYTE;
  return `${megabytes < 9.95 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}

function serviceFacts(service: Service, now: number): Fact[] {
  const { pid, url, port, since, exposed } = service;
  const facts: Fact[] = [];
  if (pid !== undefined) facts.push({ id: 'process', label: t('Process'), value: String(pid) });
  const address = url ?? (port === undefined ? undefined : String(port));
  if (address !== undefined) facts.push(addressFact(displayText(address, 200), exposed === true));
  facts.push({ id: 'uptime', label: t('Uptime'), value: durationWords(now - since) });
  return facts;
}

function addressFact(value: string, isExposed: boolean): Fact {
  const fact: Fact = { id: 'address', label: t('Address'), value };
  if (!isExposed) return fact;
  return {
    ...fact,
    value: t('open to the network · {0}', value),
    explanation: t('It listens on all interfaces, so that other machines may reach it. Let it listen on 127.0.0.1.'),
    isWarning: true,
  };
}

function restartFact(server: FactSource): Fact[] {
  const last = server.history.at(-1);
  const { restarts } = server.snapshot();
  if (last === undefined && restarts === 0) return [];
  const id = 'restarts';
  if (last === undefined) return [{ id, label: t('Restarts'), value: String(restarts) }];
  const { when, what } = endingWords(last);
  // Access that was refused is no end worth a row; what is wrong stands there already.
  if (restarts === 0 && server.status.kind === 'authRequired') return [];
  if (restarts === 0) return [{ id, label: t('Last end'), value: `${when}: ${what}` }];
  return [{ id, label: t('Restarts'), value: `${restarts} · ${when}`, note: t('Last end: {0}, {1}', when, what) }];
}

function healthFact({ checks }: Pick<Vitals, 'checks'>): Fact {
  const recent = checks.slice(-CHECKS).map((check) => ('ms' in check ? check.ms : undefined));
  const fact = { id: 'health', label: t('Health') } as const;
  if (recent.length === 0) return { ...fact, value: t('not checked yet') };
  const answered = recent.filter((ms) => ms !== undefined);
  const course = sparkline(recent, { low: 0, high: Math.max(LEAST_HEIGHT.latency, ...answered) });
  const missed = recent.length - answered.length;
  const note =
    missed === 0
      ? t('{0} checks, all answered; median {1}', recent.length, latencyWords(median(answered)))
      : t('{0} of {1} checks not answered (×); median {2}', missed, recent.length, latencyWords(median(answered)));
  const last = recent.at(-1);
  if (last === undefined) return { ...fact, value: t('no answer'), course, note, isWarning: true };
  return { ...fact, value: latencyWords(last), course, note };
}

function usageFacts({
  usage,
  isLeaking,
  memoryLimitBytes: limit,
}: Pick<Vitals, 'usage' | 'isLeaking' | 'memoryLimitBytes'>): Fact[] {
  const last = usage.at(-1);
  if (last === undefined) return [];
  const memory = usage.map(({ rssBytes }) => rssBytes);
  const low = Math.min(...memory);
  const high = Math.max(...memory, low * (1 + LEAST_HEIGHT.memory));
  const more = [
    ...(isLeaking ? [t('rising for ten minutes')] : []),
    ...(limit === undefined ? [] : [t('limit {0}', megabyteWords(limit))]),
  ];
  const counted = t('What its processes share counts once for each.');
  const explanation =
    limit === undefined ? counted : `${counted} ${t('Against the limit count {0}.', megabyteWords(last.limitBytes))}`;
  const facts: Fact[] = [
    {
      id: 'memory',
      label: t('Memory'),
      value: megabyteWords(last.rssBytes),
      course: sparkline(memory, { low, high }),
      ...(more.length === 0 ? {} : { more: more.join(' · ') }),
      explanation,
      ...(isLeaking ? { isWarning: true } : {}),
    },
  ];
  if (last.cpuPercent === undefined) return facts;
  const load = usage.flatMap(({ cpuPercent }) => cpuPercent ?? []);
  const processes = last.processes === 1 ? t('1 process') : t('{0} processes', last.processes);
  return [
    ...facts,
    {
      id: 'cpu',
      label: t('CPU'),
      value: t('{0} % of a core', Math.round(last.cpuPercent)),
      course: sparkline(load, { low: 0, high: Math.max(LEAST_HEIGHT.cpu, ...load) }),
      more: processes,
    },
  ];
}

/** `0.8 ms`, `12 ms`; a dash for what was never measured. */
function latencyWords(ms: number | undefined): string {
  if (ms === undefined) return '–';
  return `${ms < 9.95 ? ms.toFixed(1) : Math.round(ms)} ms`;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}

function isDefined(text: string | undefined): text is string {
  return text !== undefined;
}
