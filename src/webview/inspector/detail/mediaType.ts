/** What some bytes are, found by their first few: what a server says about them is not believed. */
export type MediaKind = 'image' | 'audio' | 'other';

export interface MediaType {
  kind: MediaKind;
  mimeType: string;
}

/** First bytes as Latin-1 text, at a position, and what they stand for. WebP and WAVE share their first four, MP4 has a length before its own. */
const signatures: readonly (readonly [at: number, text: string, kind: MediaKind, mimeType: string])[] = [
  [0, '\x89PNG\r\n\x1a\n', 'image', 'image/png'],
  [0, '\xff\xd8\xff', 'image', 'image/jpeg'],
  [0, 'GIF87a', 'image', 'image/gif'],
  [0, 'GIF89a', 'image', 'image/gif'],
  [8, 'WEBPVP8', 'image', 'image/webp'],
  [8, 'WAVE', 'audio', 'audio/wav'],
  [0, 'OggS', 'audio', 'audio/ogg'],
  [0, 'ID3', 'audio', 'audio/mpeg'],
  [0, '\xff\xfb', 'audio', 'audio/mpeg'],
  [0, '\xff\xf3', 'audio', 'audio/mpeg'],
  [0, 'fLaC', 'audio', 'audio/flac'],
  [4, 'ftypM4A', 'audio', 'audio/mp4'],
  [0, '%PDF-', 'other', 'application/pdf'],
  [0, 'PK\x03\x04', 'other', 'application/zip'],
  [0, '\x1f\x8b', 'other', 'application/gzip'],
  [0, '\0asm', 'other', 'application/wasm'],
  [0, '\x7fELF', 'other', 'application/x-elf'],
];

/** Nothing where the first bytes are none that are known here. */
export function mediaTypeOf(bytes: Uint8Array): MediaType | undefined {
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const found = signatures.find(([at, text]) => start.startsWith(text, at));
  return found === undefined ? undefined : { kind: found[2], mimeType: found[3] };
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/;
const dataUrl = /^data:[\w.+/-]{0,100}(?:;[\w.=-]{1,100}){0,5};base64,/;

/** What a text that is base64, or a `data:` URL of it, stands for; nothing where it is neither. Both alphabets are read. */
export function decodeBase64(text: string): Uint8Array<ArrayBuffer> | undefined {
  const start = dataUrl.exec(text.slice(0, 1000))?.[0].length ?? 0;
  const digits = (start === 0 ? text : text.slice(start)).replaceAll('-', '+').replaceAll('_', '/');
  if (digits.length < 2 || digits.length % 4 === 1 || !base64.test(digits)) return undefined;
  try {
    const binary = atob(digits);
    const bytes = new Uint8Array(binary.length);
    for (let index = 0; index < binary.length; index += 1) bytes[index] = binary.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}

/** Bytes as base64, in pieces that fit on the stack. */
export function encodeBase64(bytes: Uint8Array): string {
  let binary = '';
  for (let at = 0; at < bytes.length; at += 8192) binary += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(binary);
}
