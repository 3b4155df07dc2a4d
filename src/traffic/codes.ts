import type { TrafficChannel, TrafficDirection, TrafficOrigin } from '../base/traffic.ts';
import type { RowMark, Severity, TrafficKind } from './entry.ts';

/** Stores the words of a union as small numbers. The table must name every word, so a new one cannot be forgotten. */
class Codes<T extends string> {
  readonly #numbers: Record<T, number>;
  readonly #words: readonly T[];
  readonly #first: T;

  constructor(first: T, numbers: Record<T, number>) {
    this.#numbers = numbers;
    // The keys of a record over T are T; the library's type of `Object.keys` cannot say so.
    this.#words = (Object.keys(numbers) as T[]).toSorted((a, b) => numbers[a] - numbers[b]);
    this.#first = first;
  }

  /** All of them. */
  get words(): readonly T[] {
    return this.#words;
  }

  encode(word: T): number {
    return this.#numbers[word];
  }

  decode(number: number): T {
    return this.#words[number] ?? this.#first;
  }

  /** The value, if it is one of the words. */
  read(value: unknown): T | undefined {
    return this.#words.find((word) => word === value);
  }
}

export const directions = new Codes<TrafficDirection>('sent', { sent: 0, received: 1, internal: 2 });
export const channels = new Codes<TrafficChannel>('http-request', {
  'http-request': 0,
  'http-response': 1,
  sse: 2,
  stdio: 3,
  process: 4,
});
export const origins = new Codes<TrafficOrigin>('user', { user: 0, api: 1, plugin: 2, health: 3, internal: 4 });
export const kinds = new Codes<TrafficKind>('request', {
  request: 0,
  response: 1,
  error: 2,
  notification: 3,
  comment: 4,
  other: 5,
});
/** 0 stands for none. */
export const marks = new Codes<RowMark | 'none'>('none', {
  none: 0,
  late: 1,
  duplicate: 2,
  orphan: 3,
  unanswered: 4,
  failed: 5,
});
/** The greater the worse; 0 stands for none. */
export const severities = new Codes<Severity | 'none'>('none', { none: 0, info: 1, warning: 2, error: 3 });
