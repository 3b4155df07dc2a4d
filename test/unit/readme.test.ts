import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../..');

describe('Documentation', () => {
  for (const file of ['README.md', 'src/README.md']) {
    it(`links from ${file} to files and sections that are there`, () => {
      const text = readFileSync(join(root, file), 'utf8');
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
      const files = targets.filter((target) => !/^(?:https?:|#)/.test(target));
      assert.deepEqual(
        files.filter((target) => !existsSync(join(root, dirname(file), target))),
        [],
      );
      const sections = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) => anchorOf(title)));
      const anchors = targets.filter((target) => target.startsWith('#')).map((target) => target.slice(1));
      assert.deepEqual(
        anchors.filter((anchor) => !sections.has(anchor)),
        [],
      );
    });
  }
});

/** As GitHub makes it of a title. */
function anchorOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
}
