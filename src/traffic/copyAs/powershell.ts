import { t } from '@vscode/l10n';
import type { Pieces } from './placeholders.ts';
import { joined, type PreparedRequest } from './prepare.ts';

/** What PowerShell takes for a single quotation mark. */
const QUOTES = /['‘’‚‛]/g;
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const CONTROL = /([\0-\x08\x0b-\x1f\x7f])/;

/** A script for Windows PowerShell 5.1 and PowerShell 7 that sends the request and writes the answer once it is complete. */
export function toPowerShell({ method, url, headers, body }: PreparedRequest, variables: readonly string[]): string {
  // Names of a hash table are compared without regard to case and may not come twice.
  const byName = new Map<string, Pieces>();
  for (const { name, value } of headers) {
    const key = name.toLowerCase();
    const before = byName.get(key);
    byName.set(key, before === undefined ? value : joined([...before, ', ', ...value]));
  }
  const contentType = byName.get('content-type');
  byName.delete('content-type');
  const lines = [...byName].map(([name, value]) => `  ${quote([name])} = ${quote(value)}\n`);
  const options = [`-Uri ${argument(url)}`, `-Method ${quote([method])}`, '-Headers $headers'];
  if (contentType !== undefined) options.push(`-ContentType ${argument(contentType)}`);
  // As bytes, since Windows PowerShell would send a text as latin1.
  if (body !== undefined) options.push('-Body ([System.Text.Encoding]::UTF8.GetBytes($body))');
  return [
    ...fillIn(variables),
    `$headers = @{\n${lines.join('')}}`,
    ...(body === undefined ? [] : [`$body = ${quote(body)}`]),
    `$response = Invoke-WebRequest -UseBasicParsing ${options.join(' `\n  ')}`,
    '$response.Content\n',
  ].join('\n');
}

function fillIn(variables: readonly string[]): string[] {
  if (variables.length === 0) return [];
  const heading = `# ${t('Fill in first; within a JSON body, as JSON writes it:')}`;
  return [heading, ...variables.map((variable) => `# $env:${variable} = ''`)];
}

function argument(pieces: Pieces): string {
  const text = quote(pieces);
  return pieces.length === 1 && typeof pieces[0] === 'string' && !CONTROL.test(pieces[0]) ? text : `(${text})`;
}

/** Within single quotes only the quotation mark means anything; control characters are named by their number, as a file may lose them. */
function quote(pieces: Pieces): string {
  const parts = pieces.flatMap((piece) => {
    if (typeof piece !== 'string') return [`$env:${piece.variable}`];
    return piece
      .split(CONTROL)
      .filter((text) => text !== '')
      .map((text) => (CONTROL.test(text) ? `[char]${text.charCodeAt(0)}` : `'${text.replace(QUOTES, '$&$&')}'`));
  });
  // A number that comes first would make an addition of what follows.
  if (parts[0]?.startsWith('[char]') === true) parts.unshift(`''`);
  return parts.length === 0 ? `''` : parts.join(' + ');
}
