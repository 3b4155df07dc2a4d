import { t } from '@vscode/l10n';
import { byteString, expression, fillIn, literal } from './javaScript.ts';
import type { PreparedRequest } from './prepare.ts';

/** A module for Node 20 and later that sends the request and writes the answer as it comes. */
export function toFetch({ method, url, headers, body }: PreparedRequest, variables: readonly string[]): string {
  // Pairs, since a header may come twice and an object has some names already.
  const pairs = headers.map(({ name, value }) => `    [${literal(name)}, ${expression(byteString(value))}],\n`);
  // `fetch` takes no body with these two.
  const sent = method === 'GET' || method === 'HEAD' ? undefined : body;
  return [
    `${fillIn(variables, t('Set these environment variables first:'))}const response = await fetch(${expression(url)}, {`,
    `  method: ${literal(method)},`,
    `  headers: [\n${pairs.join('')}  ],`,
    ...(sent === undefined ? [] : [`  body: ${expression(sent, true)},`]),
    '});',
    'console.error(response.status);',
    'for await (const chunk of response.body ?? []) process.stdout.write(chunk);\n',
  ].join('\n');
}
