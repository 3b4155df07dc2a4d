/** Secrets of all sorts: what JSON, URLs and base64 each spell differently, and what is spelled the same everywhere. */
export const SECRETS = [
  'sk-live/9fQz"2 ü+7=',
  "Pä55\\wörd%41&<Kx'>\nZq",
  '😀🔑Schlüssel9vT',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxN2YifQ.c2lnbmF0dXJl',
  '7041826395517',
  'MIIBVgIBADANBgkq/hkiG9+w0BAQE=',
] as const;
/** In headers whose names say it; nobody knows the values otherwise. */
export const HEADER_SECRETS = ['header-0nly-Vq81x', 'c00kie-0nly-Wm47y'] as const;
/** UTF-16 units of a part of a secret that tells somebody something. */
const PART_LENGTH = 8;

/** How senders write a value: JSON of the usual libraries, JSON within JSON, URLs and forms, base64 on its own and behind other text. */
export function spellings(secret: string): string[] {
  const json = inJson(secret);
  const url = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString('base64');
  return [
    ...new Set([
      secret,
      json,
      inJson(json),
      inJson(inJson(json)),
      // PHP, Python, .NET.
      json.replaceAll('/', '\\/'),
      escaped(json, /[^\0-\x7f]/g),
      escaped(json, /[^\0-\x7f]/g).replaceAll('/', '\\/'),
      inJson(escaped(json, /[^\0-\x7f]/g)),
      escaped(secret, /[^ -~]|["\\+&<>'`]/g).replace(/\\u[\da-f]{4}/g, (unit) => `\\u${unit.slice(2).toUpperCase()}`),
      url,
      url.replace(/%../g, (byte) => byte.toLowerCase()),
      url.replaceAll('%20', '+'),
      new URLSearchParams({ _: secret }).toString().slice(2),
      // As a URL takes what somebody has pasted into it.
      ...(/[\n#]/.test(secret) ? [] : [new URL(`http://x/?${secret}`).search.slice(1)]),
      base64,
      base64.replace(/=+$/, ''),
      Buffer.from(secret).toString('base64url'),
      Buffer.from(`user:${secret}`).toString('base64'),
      Buffer.from(`me:${secret}:x`).toString('base64'),
      Buffer.from(`${secret}!`).toString('base64'),
    ]),
  ];
}

/** What in a text tells a secret, however it is spelled there; undefined where nothing does. Knows nothing of how secrets are masked. */
export function leakIn(text: string): string | undefined {
  for (const reading of readings(text)) {
    const part = PARTS.find((candidate) => reading.includes(candidate));
    if (part !== undefined) {
      const at = reading.indexOf(part);
      return `${part} in …${reading.slice(Math.max(0, at - 120), at + 60)}…`;
    }
  }
  return undefined;
}

/** The first units of each secret, its last ones, and those between: whoever has these has the secret, or will guess it. */
const PARTS = [...SECRETS, ...HEADER_SECRETS].flatMap((secret) =>
  Array.from({ length: secret.length - PART_LENGTH + 1 }, (_, start) => secret.slice(start, start + PART_LENGTH)),
);

/** A text as it is, and as everybody reads it who undoes what JSON, URLs and base64 do. */
function* readings(text: string): Generator<string> {
  yield text;
  let plain = text;
  for (let level = 0; level < 4; level += 1) yield (plain = unescaped(plain));
  const decoded = percentDecoded(text);
  yield decoded;
  yield decoded.replaceAll('+', ' ');
  for (const [run] of text
    .replaceAll('\\/', '/')
    .replaceAll(/\\u002b/gi, '+')
    .matchAll(/[\w+/-]{8,}/g)) {
    for (let start = 0; start < 4; start += 1) yield Buffer.from(run.slice(start), 'base64').toString();
  }
}

function unescaped(text: string): string {
  return text.replace(/\\(?:u([\da-f]{4})|([^]))/gi, (_, unit?: string, short = '') =>
    unit === undefined
      ? ({ n: '\n', r: '\r', t: '\t' }[String(short)] ?? String(short))
      : String.fromCharCode(Number.parseInt(unit, 16)),
  );
}

function percentDecoded(text: string): string {
  const bytes = Buffer.from(text)
    .toString('latin1')
    .replace(/%([\da-f]{2})/gi, (_, byte: string) => {
      return String.fromCharCode(Number.parseInt(byte, 16));
    });
  return Buffer.from(bytes, 'latin1').toString();
}

function escaped(text: string, units: RegExp): string {
  return text.replace(units, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

function inJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}
