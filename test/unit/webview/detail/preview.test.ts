import assert from 'node:assert/strict';
import { decodeBase64, encodeBase64, mediaTypeOf } from '../../../../src/webview/inspector/detail/mediaType.ts';
import { type Preview, previewOf } from '../../../../src/webview/inspector/detail/preview.ts';
import type { JsonPath } from '../../../../src/webview/shared/jsonPath.ts';
import { JsonTree } from '../../../../src/webview/shared/jsonTree.ts';

const png = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, ...Array.from({ length: 40 }, (_, index) => index)];

function at(value: unknown, path: JsonPath): Preview | undefined {
  const tree = JsonTree.parse(JSON.stringify(value));
  const id = tree?.reveal(path);
  const row = tree?.rows().find((candidate) => candidate.id === id);
  if (tree === undefined || row === undefined) throw new Error('no such value');
  return previewOf(tree, row);
}

describe('what a value is shown as', () => {
  const encoded = encodeBase64(Uint8Array.from(png));

  it('is the picture of an image block, at the block and at its data', () => {
    const block = { type: 'image', data: encoded, mimeType: 'image/png' };
    for (const path of [[], ['data']]) {
      const preview = at(block, path);
      assert.ok(preview?.kind === 'bytes');
      assert.deepEqual(preview.type, { kind: 'image', mimeType: 'image/png' });
      assert.deepEqual([...preview.bytes], png);
    }
  });

  it('is the same where its base64 is in lines, and a list of words is none', () => {
    const long = Uint8Array.from([...png, ...png, ...png]);
    const lines = encodeBase64(long).replace(/.{64}/g, '$&\r\n');
    const preview = at({ type: 'image', data: lines, mimeType: 'image/png' }, []);
    assert.ok(preview?.kind === 'bytes');
    assert.deepEqual([...preview.bytes], [...long]);
    assert.equal(at({ type: 'text', text: 'alpha\nbeta\ngamma\ndelta\nepsilon\n' }, [])?.kind, 'text');
  });

  it('is found by its first bytes, whatever the server says it is', () => {
    const svg = at({ type: 'image', data: btoa('<svg onload="alert(1)">'), mimeType: 'image/png' }, []);
    assert.ok(svg?.kind === 'bytes');
    assert.equal(svg.type, undefined);
    const hidden = at({ type: 'resource', resource: { uri: 'a:b', mimeType: 'text/plain', blob: encoded } }, []);
    assert.ok(hidden?.kind === 'bytes');
    assert.equal(hidden.type?.mimeType, 'image/png');
  });

  it('is Markdown where it is said to be or looks like it, and JSON where it is', () => {
    const kinds = [
      { type: 'text', text: '# Title\n- a' },
      { type: 'text', text: '{"a": 1}' },
      { uri: 'a:b', text: 'plain', mimeType: 'text/markdown' },
      { type: 'text', text: 'plain' },
    ].map((value) => at(value, []));
    assert.deepEqual(
      kinds.map((preview) => preview?.kind === 'text' && [preview.isMarkdown, preview.isJson]),
      [
        [true, false],
        [false, true],
        [true, false],
        [false, false],
      ],
    );
  });

  it('is nothing for what the tree shows as well', () => {
    assert.equal(at({ a: 'short', b: 1, c: [true] }, ['a']), undefined);
    assert.equal(at({ a: 'short', b: 1, c: [true] }, ['b']), undefined);
    assert.equal(at({ a: 'short', b: 1, c: [true] }, []), undefined);
    assert.equal(at({ type: 'image', data: 7 }, []), undefined);
  });

  it('is text for a hash that is base64 by chance', () => {
    assert.equal(at({ sha: 'ab'.repeat(32) }, ['sha']), undefined);
  });
});

describe('base64', () => {
  it('is read in both alphabets, with and without padding, and out of data: URLs', () => {
    assert.deepEqual([...(decodeBase64('-_-_') ?? [])], [251, 255, 191]);
    assert.deepEqual([...(decodeBase64('YWI') ?? [])], [97, 98]);
    assert.deepEqual([...(decodeBase64('data:text/plain;charset=utf-8;base64,YWI=') ?? [])], [97, 98]);
  });

  it('is refused where it is none', () => {
    for (const text of ['', 'YWI*', 'YWIwY', 'data:image/png;base64,', 'Y W I'])
      assert.equal(decodeBase64(text), undefined);
  });

  it('names nothing by its first bytes that it does not know', () => {
    assert.equal(mediaTypeOf(new Uint8Array()), undefined);
    assert.equal(mediaTypeOf(new TextEncoder().encode('RIFF....AVI ')), undefined);
    assert.equal(mediaTypeOf(new TextEncoder().encode('RIFF....WAVEfmt '))?.kind, 'audio');
  });
});
