import { asBuffer } from '../base/asBuffer.ts';
import type { Redactor } from '../base/redact.ts';
import type { SegmentTest } from './columnTests.ts';
import { headLabel, maskHead, parseHead } from './heads.ts';
import { labelNumber } from './labelNumber.ts';
import { isHead } from './segment.ts';

/** Bytes around a find that are masked to see whether it is still there; a longer secret is masked in part. */
const CONTEXT_BYTES = 16 * 1024;
/** Finds in one body that are looked at for not being in a secret; where that many are, the rest counts as secret too. */
const MAX_SECRET_FINDS = 32;
/** Bytes of a body that an expression is tried on. Masking them takes about 10 ms, more than everything else. */
const REGEX_BYTES = 256 * 1024;

/** Says whether bytes have what is looked for; masks what must not be found. */
type BytesTest = (bytes: Buffer) => boolean;

/** Looks for text in bytes and labels, without regard to case. */
export function textTest(text: string, redactor: Redactor): SegmentTest {
  const pattern = bytesPattern(text);
  const inClear: BytesTest = (bytes) => new RegExp(pattern).test(bytes.toString('latin1'));
  const inBody: BytesTest = (bytes) => {
    const found = new RegExp(pattern, 'g');
    const all = bytes.toString('latin1');
    for (let tries = 0; tries < MAX_SECRET_FINDS; tries += 1) {
      const at = found.exec(all);
      if (at === null) return false;
      if (isInClear(bytes, at.index, at[0], redactor)) return true;
      // Another may begin within this one.
      found.lastIndex = at.index + 1;
    }
    return false;
  };
  return bodyTest(inBody, inClear, redactor);
}

/**
 * Looks for an expression in the first `REGEX_BYTES` of bytes, and in labels. It sees the masked bytes only: if it were tried on those
 * that came as well, `/secret|\*{4}/` would tell whether they have the secret. May take forever; see `withinTime`.
 */
export function regexTest(regex: RegExp, redactor: Redactor): SegmentTest {
  const inClear: BytesTest = (bytes) => regex.test(bytes.toString());
  const inBody: BytesTest = (bytes) => {
    const masked = redactor.bytes(bytes.subarray(0, REGEX_BYTES + CONTEXT_BYTES));
    return inClear(asBuffer(masked.subarray(0, REGEX_BYTES)));
  };
  return bodyTest(inBody, inClear, redactor);
}

function bodyTest(inBody: BytesTest, inClear: BytesTest, redactor: Redactor): SegmentTest {
  return (segment) => {
    const methods: boolean[] = [];
    return (row) => {
      if (isHead(segment, row)) {
        const copy = segment.raw(row).slice();
        maskHead(copy);
        const head = redactor.bytes(copy);
        return inClear(asBuffer(head)) || inClear(Buffer.from(headLabel(parseHead(head))));
      }
      const method = labelNumber(segment, row);
      if (method !== 0) {
        methods[method] ??= inClear(Buffer.from(redactor.text(segment.strings.at(method) ?? '')));
        if (methods[method]) return true;
      }
      return inBody(asBuffer(segment.raw(row)));
    };
  };
}

/** Whether what was found is still there when secrets are masked, all of it. */
function isInClear(bytes: Buffer, start: number, found: string, redactor: Redactor): boolean {
  const from = Math.max(0, start - CONTEXT_BYTES);
  const around = bytes.subarray(from, start + found.length + CONTEXT_BYTES);
  const masked = redactor.bytes(around);
  return masked === around || asBuffer(masked).toString('latin1', start - from, start - from + found.length) === found;
}

/**
 * An expression that finds a text in UTF-8 read as latin1, so that no body need be decoded: each character as it is, in lower case or
 * in upper case. It has nothing to repeat, so its time is at most the product of both lengths.
 */
function bytesPattern(text: string): string {
  return Array.from(text, (character) => {
    const spellings = new Set([character, character.toLowerCase(), character.toUpperCase()]);
    return `(?:${Array.from(spellings, escapeBytes).join('|')})`;
  }).join('');
}

function escapeBytes(text: string): string {
  return Buffer.from(text)
    .toString('latin1')
    .replace(/[^a-z\d]/gi, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
