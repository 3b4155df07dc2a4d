import { t } from '@vscode/l10n';
import type { Pieces } from './placeholders.ts';
import { joined, type PreparedRequest } from './prepare.ts';

/** Bytes of a body that goes onto the command line. Linux takes 128 KiB in one argument; a shell's own `printf` has no such bound. */
const MAX_ARGUMENT_BYTES = 64 * 1024;
/** Control characters other than tab and line feed: terminals change them when they are pasted, and none passes NUL in an argument. */
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /[\0-\x08\x0b-\x1f\x7f]/;

/** A command line for POSIX shells (sh, bash, zsh) that sends the request, its body byte for byte, and writes the answer as it comes. */
export function toCurl({ method, url, headers, body }: PreparedRequest, variables: readonly string[]): string {
  // Not `[]` and `{}` as patterns, which curl would make several requests of.
  const options = [`--no-buffer --globoff --url ${quote(url)}`];
  if (method === 'HEAD') options.push('--head');
  else if (method !== (body === undefined ? 'GET' : 'POST')) options.push(`--request ${quote([method])}`);
  for (const { name, value } of headers) {
    // `name:` would remove a header; `name;` sends it without a value.
    const isEmpty = value.every((piece) => piece === '');
    options.push(`--header ${quote(isEmpty ? [`${name};`] : joined([`${name}: `, ...value]))}`);
  }
  if (body !== undefined && !headers.some(({ name }) => name.toLowerCase() === 'content-type')) {
    options.push(`--header 'content-type:'`);
  }
  const isPiped = body !== undefined && !fitsOnCommandLine(body);
  if (isPiped) options.push('--data-binary @-');
  else if (body !== undefined) options.push(`--data-raw ${quote(body)}`);
  const command = `curl ${options.join(' \\\n  ')}`;
  return `${fillIn(variables)}${isPiped ? `${print(body)} |\n${command}` : command}\n`;
}

function fillIn(variables: readonly string[]): string {
  if (variables.length === 0) return '';
  const lines = variables.map((variable) => `# export ${variable}=''\n`);
  return `# ${t('Fill in first; within a JSON body, as JSON writes it:')}\n${lines.join('')}`;
}

function fitsOnCommandLine(body: Pieces): boolean {
  const texts = body.filter((piece) => typeof piece === 'string');
  return !texts.some((text) => CONTROL.test(text)) && Buffer.byteLength(texts.join('')) <= MAX_ARGUMENT_BYTES;
}

/** `printf` takes its format as often as there are arguments; `%b` knows octal escapes, and so any byte. */
function print(body: Pieces): string {
  const formats = body.map((piece) => (typeof piece === 'string' && CONTROL.test(piece) ? '%b' : '%s'));
  const values = body.map((piece) =>
    typeof piece === 'string' && CONTROL.test(piece) ? quote([octal(piece)]) : quote([piece]),
  );
  return `printf '${formats.join('')}' ${values.join(' ')}`;
}

function octal(text: string): string {
  return text.replaceAll('\\', '\\\\').replace(new RegExp(CONTROL, 'g'), (character) => {
    return `\\0${character.charCodeAt(0).toString(8).padStart(3, '0')}`;
  });
}

/** Within single quotes nothing means anything, `!` and line ends included. */
function quote(pieces: Pieces): string {
  if (pieces.length === 0) return `''`;
  return pieces
    .map((piece) => (typeof piece === 'string' ? `'${piece.replaceAll(`'`, `'\\''`)}'` : `"$${piece.variable}"`))
    .join('');
}
