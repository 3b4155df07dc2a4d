const MASK = '*';
/** Shorter values would mask ordinary words all over the place. */
const SHORTEST_SECRET = 4;

/**
 * Knows the values that must not leave this process and masks them, keeping the length so that offsets and sizes stay true.
 * A value is found as it is, URL-encoded, base64 and JSON-escaped.
 */
export class Redactor {
  readonly #forms = new Map<string, number>();
  #pattern: RegExp | undefined;

  /** Registers a secret value; values under 4 characters are ignored. Returns a function that forgets it again. */
  add(value: string): () => void {
    if (value.length < SHORTEST_SECRET) return () => {};
    const forms = spellings(value);
    for (const form of forms) this.#forms.set(form, (this.#forms.get(form) ?? 0) + 1);
    this.#pattern = undefined;
    return () => {
      for (const form of forms) {
        const users = (this.#forms.get(form) ?? 0) - 1;
        if (users > 0) this.#forms.set(form, users);
        else this.#forms.delete(form);
      }
      this.#pattern = undefined;
    };
  }

  /** The text with every registered value replaced by a mask of the same length. */
  text(text: string): string {
    if (this.#forms.size === 0) return text;
    return text.replace(this.#compiled(), (found) => MASK.repeat(found.length));
  }

  /** Deep copy of a JSON value with every registered value in its strings masked, keys included. */
  json(value: unknown): unknown {
    if (this.#forms.size === 0) return value;
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((item) => this.json(item));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [this.text(key), this.json(item)]));
  }

  /** A copy of the bytes with every registered value masked byte by byte; the bytes themselves where there is nothing to mask. */
  bytes(bytes: Uint8Array): Uint8Array {
    if (this.#forms.size === 0) return bytes;
    // latin1 maps each byte to one character and back, whatever the encoding was, so lengths cannot change.
    const text = latin1(bytes);
    const masked = text.replace(this.#compiledBytes(), (found) => MASK.repeat(found.length));
    if (masked === text) return bytes;
    return Uint8Array.from(masked, (character) => character.charCodeAt(0));
  }

  #compiled(): RegExp {
    return (this.#pattern ??= alternation([...this.#forms.keys()]));
  }

  #compiledBytes(): RegExp {
    return alternation([...this.#forms.keys()].map((form) => latin1(new TextEncoder().encode(form))));
  }
}

function latin1(bytes: Uint8Array): string {
  let text = '';
  // fromCharCode takes its arguments on the stack: 8 K at a time is safe.
  for (let start = 0; start < bytes.length; start += 8192) {
    text += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return text;
}

function alternation(forms: string[]): RegExp {
  const longestFirst = forms.toSorted((a, b) => b.length - a.length);
  return new RegExp(longestFirst.map((form) => form.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')).join('|'), 'g');
}

function spellings(value: string): Set<string> {
  const base64 = btoa(latin1(new TextEncoder().encode(value)));
  return new Set([
    value,
    encodeURIComponent(value),
    base64,
    base64.replace(/=+$/, ''),
    base64.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    JSON.stringify(value).slice(1, -1),
  ]);
}
