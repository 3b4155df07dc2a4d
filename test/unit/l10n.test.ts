import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');
const bundle = join(root, 'l10n/bundle.l10n.json');

/** Texts that people read, in the order of the files; `vscode-l10n-dev` finds none of them, since it does not know a `t` of its own. */
describe('Texts for people', () => {
  const files = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const translating = files
    .map((file) => ({ file, text: readFileSync(join(root, 'src', file), 'utf8') }))
    .filter(({ text }) => /\bt\b.*from '(?:@vscode\/l10n|.*\/l10n\.ts)'/.test(text));

  it('stand as literals in the code, so that they can be found', () => {
    const computed = translating.flatMap(({ file, text }) =>
      [...text.matchAll(/(?<![\w.#])t\((?!\s*['"])\s*\S*/g)].map(([found]) => `${file}: ${found}`),
    );
    assert.deepEqual(computed, []);
  });

  it('are all in the bundle for translators (UPDATE_L10N=1 npm run test:unit writes it)', () => {
    const texts = translating.flatMap(({ text }) =>
      [...text.matchAll(/(?<![\w.#])t\(\s*('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")/gs)].map(([, literal = '']) =>
        unquote(literal),
      ),
    );
    const expected = Object.fromEntries([...new Set(texts)].toSorted().map((text) => [text, text]));
    assert.ok(texts.length > 100);
    if (process.env['UPDATE_L10N'] !== undefined) writeFileSync(bundle, `${JSON.stringify(expected, undefined, 2)}\n`);
    assert.deepEqual(JSON.parse(readFileSync(bundle, 'utf8')), expected);
  });
});

function unquote(literal: string): string {
  const inner = literal
    .slice(1, -1)
    .replaceAll("\\'", "'")
    .replaceAll(/(?<!\\)"/g, '\\"');
  return JSON.parse(`"${inner}"`) as string;
}
