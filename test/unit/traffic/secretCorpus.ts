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

/**
 * How senders write a value: JSON of the usual libraries, JSON within JSON, URLs and forms, HTML, base64 on its own, behind other text and in lines,
 * hexadecimal digits, and with escapes for characters that need none.
 */
export function spellings(secret: string): string[] {
  const json = inJson(secret);
  const url = encodeURIComponent(secret);
  const base64 = Buffer.from(secret).toString('base64');
  const hex = Buffer.from(secret).toString('hex');
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
      ...inLines(`${'Some words before it. '.repeat(3)}${secret}${' And some behind it.'.repeat(3)}`),
      hex,
      hex.toUpperCase(),
      hex.replace(/../g, (byte) => `%${byte}`),
      hex.replace(/../g, (byte) => `%${byte.toUpperCase()}`),
      // A letter here and there, as somebody does who wants to get past a mask.
      url.replace(/[a-z]/g, (letter, at: number) => (at % 3 === 0 ? `%${letter.charCodeAt(0).toString(16)}` : letter)),
      escaped(secret, /[^]/g),
      inJson(escaped(secret, /[^]/g)),
      ...inHtml(secret),
      inJson(inHtml(secret)[0] ?? '').replaceAll('&', '\\u0026'),
    ]),
  ];
}

/** As base64 in the lines of MIME and of PEM, also within JSON. */
function inLines(text: string): string[] {
  const base64 = Buffer.from(text).toString('base64');
  const mime = base64.replace(/.{76}(?=.)/g, '$&\r\n');
  const pem = base64.replace(/.{64}(?=.)/g, '$&\n');
  return [mime, pem, inJson(mime), inJson(pem), inJson(inJson(pem))];
}

/** Whether base64 goes on in the next line, in which nobody knows it for half of something. */
export function isBroken(text: string): boolean {
  return /[\w+/-]{60}\r?\n/.test(text);
}

/** With names where there are some, with names and numbers, with numbers of either base, and escaped twice. */
function inHtml(text: string): string[] {
  const names: Record<string, string> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };
  const named = text.replace(/[&<>"']/g, (character) => `&${names[character]};`);
  const decimal = Array.from(text, (character) => `&#${character.codePointAt(0)};`).join('');
  const hexadecimal = Array.from(text, (character) => `&#x${character.codePointAt(0)?.toString(16)};`).join('');
  return [named, named.replaceAll('&apos;', '&#39;'), named.replaceAll('&', '&amp;'), decimal, hexadecimal];
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
  let html = text.replaceAll('\\u0026', '&');
  for (let level = 0; level < 2; level += 1) yield (html = htmlDecoded(html));
  for (const [run] of text.matchAll(/[\da-f]{8,}/gi)) {
    yield Buffer.from(run, 'hex').toString();
    yield Buffer.from(run.slice(1), 'hex').toString();
  }
  const base64 = text.replaceAll('\\/', '/').replaceAll(/\\u002b/gi, '+');
  const joined = base64.replaceAll(/(?:\r?\n(?:data: ?)?|(?:\\+r)?\\+n)(?=[\w+/-])/g, '');
  for (const [run] of `${base64} ${joined}`.matchAll(/[\w+/-]{8,}/g)) {
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

function htmlDecoded(text: string): string {
  const names: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(amp|lt|gt|quot|apos));/gi, (_, decimal = '', hex = '', name = '') =>
    name === ''
      ? String.fromCodePoint(Number.parseInt(String(decimal) || String(hex), decimal === '' ? 16 : 10))
      : (names[String(name).toLowerCase()] ?? ''),
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
