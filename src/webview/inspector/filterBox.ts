import type { Clock } from '../../base/clock.ts';
import { type Disposable, MutableDisposable } from '../../base/lifecycle.ts';
import type { Completion } from '../../messages/inspector.ts';
import { complete } from './filterText.ts';
import type { InspectorChannel } from './trafficList.ts';

/** Milliseconds without a key until a filter is applied. */
const TYPING_PAUSE_MS = 200;
/** Choices that are shown; who wants others types a letter more. */
const MOST_CHOICES = 12;

export interface FilterBoxHandlers {
  apply: (text: string) => void;
  redraw: () => void;
  announceChoices: (count: number) => void;
}

/** What stands in the filter box and what could be written there; the list opens while somebody types, or at the press of Ctrl+Space or an arrow. */
export class FilterBox {
  readonly #channel: InspectorChannel;
  readonly #clock: Clock;
  readonly #handlers: FilterBoxHandlers;
  readonly #typing = new MutableDisposable<Disposable>();
  #text: string;
  #choices: readonly Completion[] = [];
  /** The text in which the choices have their places; after a key they are shown on until the host has answered, and cannot be taken over. */
  #choicesText = '';
  /** Tab came before the choices for this text did. */
  #isFirstAwaited = false;
  #active: number | undefined;
  /** Grows with every question, so that only the last one's answer counts. */
  #question = 0;
  /** Where the caret goes at the next drawing. */
  #caret: number | undefined;

  constructor(channel: InspectorChannel, clock: Clock, text: string, handlers: FilterBoxHandlers) {
    this.#channel = channel;
    this.#clock = clock;
    this.#text = text;
    this.#handlers = handlers;
  }

  /** The text as it stands in the box, which may not be applied yet. */
  get text(): string {
    return this.#text;
  }
  set text(text: string) {
    this.#typing.value = undefined;
    // What was typed is applied while the choices for it are shown.
    if (text === this.#text) return;
    this.#text = text;
    this.close();
  }

  /** None: the list is closed. */
  get choices(): readonly Completion[] {
    return this.#choices;
  }

  get active(): number | undefined {
    return this.#active;
  }

  typed(text: string, caret: number): void {
    this.#text = text;
    this.#active = undefined;
    this.#isFirstAwaited = false;
    this.#typing.value = this.#clock.after(TYPING_PAUSE_MS, () => this.#handlers.apply(this.#text));
    void this.#ask(caret);
    this.#handlers.redraw();
  }

  /** Takes a choice for this text over, and shows what can follow a word. */
  accept(index: number): void {
    const choice = this.#choices[index];
    if (choice === undefined || !this.#isFresh) return;
    const { text, caret } = complete(this.#text, choice);
    this.close();
    this.#text = text;
    this.#caret = caret;
    this.#typing.value = this.#clock.after(TYPING_PAUSE_MS, () => this.#handlers.apply(this.#text));
    if (choice.text.endsWith(':')) void this.#ask(caret);
    this.#handlers.redraw();
  }

  close(): void {
    this.#question += 1;
    this.#choices = [];
    this.#active = undefined;
    this.#isFirstAwaited = false;
    this.#handlers.redraw();
  }

  /** Whether the key was for the box. */
  key({ key, ctrlKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey'>, caret: number): boolean {
    const isOpen = this.#choices.length > 0;
    switch (key) {
      case 'ArrowDown':
      case 'ArrowUp':
        if (isOpen) this.#step(key === 'ArrowDown' ? 1 : -1);
        else void this.#ask(caret);
        return true;
      case ' ':
        if (ctrlKey) void this.#ask(caret);
        return ctrlKey;
      case 'Tab':
        if (isOpen && this.#isFresh) this.accept(this.#active ?? 0);
        else this.#isFirstAwaited = isOpen;
        return isOpen;
      case 'Enter':
        if (this.#active !== undefined && this.#isFresh) {
          this.accept(this.#active);
          return true;
        }
        this.close();
        this.#handlers.apply(this.#text);
        return true;
      case 'Escape':
        if (isOpen) this.close();
        else if (this.#text === '') return false;
        else this.#handlers.apply('');
        return true;
      default:
        return false;
    }
  }

  /** To be called after every drawing. */
  drawn(input: HTMLInputElement | null): void {
    if (this.#caret === undefined || input === null) return;
    input.setSelectionRange(this.#caret, this.#caret);
    this.#caret = undefined;
  }

  /** The choices are for this very text. */
  get #isFresh(): boolean {
    return this.#choicesText === this.#text;
  }

  #step(by: number): void {
    const count = this.#choices.length;
    this.#active = this.#active === undefined ? (by > 0 ? 0 : count - 1) : (this.#active + by + count) % count;
    this.#handlers.redraw();
  }

  async #ask(position: number): Promise<void> {
    const question = ++this.#question;
    const text = this.#text;
    let choices: readonly Completion[] = [];
    try {
      choices = (await this.#channel.request({ type: 'complete', text, position })).completions;
    } catch {
      // Without choices, one types; the list says when the host is lost.
    }
    if (question !== this.#question) return;
    const open = choices.filter((choice) => text.slice(choice.start, choice.end) !== choice.text);
    this.#choices = open.slice(0, MOST_CHOICES);
    this.#choicesText = text;
    this.#active = undefined;
    if (this.#isFirstAwaited && this.#choices.length > 0) {
      this.accept(0);
      return;
    }
    this.#isFirstAwaited = false;
    if (this.#choices.length > 0) this.#handlers.announceChoices(this.#choices.length);
    this.#handlers.redraw();
  }
}
