import assert from 'node:assert/strict';
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

const root = join(import.meta.dirname, '../../..');
const sample = join(root, 'test/samplePlugin/extension');

describe('“Write a plugin” in the README', () => {
  // The host suite packs these files as a VSIX, installs it and runs its action.
  for (const file of ['package.json', 'extension.ts', 'server.mjs']) {
    it(`shows ${file} as the sample plugin has it`, async () => {
      const readme = await readFile(join(root, 'README.md'), 'utf8');
      const block = new RegExp(`\\\`${file}\\\`.*?:\\n\`\`\`\\w+\\n(.*?)\`\`\``, 's').exec(readme)?.[1];
      assert.equal(block, await readFile(join(sample, file), 'utf8'));
    });
  }

  it('compiles against nothing but the package of types and VS Code’s own', async function () {
    this.timeout(60_000);
    const folder = await mkdtemp(join(tmpdir(), 'external-mcp-types-'));
    try {
      await execa(process.execPath, [join(root, 'esbuild.mjs'), '--types'], { cwd: root });
      await cp(sample, folder, { recursive: true });
      const modules = join(folder, 'node_modules');
      await cp(join(root, 'out/api'), join(modules, 'external-mcp-api'), { recursive: true });
      await symlink(join(root, 'node_modules/@types'), join(modules, '@types'));
      const compilerOptions = { strict: true, noEmit: true, module: 'nodenext', target: 'es2022', types: ['vscode'] };
      await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
      await execa(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder], { all: true });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('has types that stand alone', async () => {
    const declarations = await readFile(join(root, 'src/api.ts'), 'utf8');
    assert.ok(!/^import /m.test(declarations));
  });
});
