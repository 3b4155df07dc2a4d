// Builds everything that runs: the extension, the pages, the sample server and the uninstall hook.
//   node esbuild.mjs [--production] [--watch]
//   node esbuild.mjs --types    writes the API's types as a package of their own to out/api
import { execFile } from 'node:child_process';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { promisify } from 'node:util';
import { build, context, transform } from 'esbuild';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');

/** @type {import('esbuild').BuildOptions} */
const common = {
  bundle: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  metafile: true,
};

/**
 * What is imported lazily must be a file of its own: inside one bundle, an `import()` would put off running the code, but not compiling
 * it. esbuild splits only ES modules, and VS Code loads CommonJS from every version that we support, so each piece is converted afterwards.
 * @type {import('esbuild').Plugin}
 */
const splitAsCommonJs = {
  name: 'split-as-commonjs',
  setup(builder) {
    builder.onEnd(async ({ outputFiles = [], metafile }) => {
      const pieces = new Map();
      for (const { path, text } of outputFiles) {
        const { code } = await transform(text, {
          format: 'cjs',
          target: host.target,
          supported: { 'dynamic-import': false },
          minify: production,
          legalComments: 'none',
          sourcemap: production ? false : 'inline',
          sourcefile: path,
        });
        pieces.set(relative('.', path), code);
      }
      const files = production && metafile !== undefined ? startInOneFile(pieces, metafile) : pieces;
      for (const [path, code] of files) {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, code);
      }
    });
  },
};

/**
 * What the window's start needs is scattered over as many pieces as lazy code shares with it, and each file that VS Code loads takes a fifth of a
 * millisecond and more. They are put into one file; what stays in their places refers to it.
 * @param {Map<string, string>} pieces code by path
 * @param {import('esbuild').Metafile} metafile
 */
function startInOneFile(pieces, { outputs }) {
  const entry = 'dist/extension.cjs';
  const atStart = new Set([entry]);
  for (const path of atStart) {
    for (const { kind, path: next } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement' && pieces.has(next)) atStart.add(next);
    }
  }
  const others = [...atStart].filter((path) => path !== entry);
  // In parentheses: V8 compiles such a function at once, instead of reading over it first and compiling it when it is called.
  const piece = (path) => `(function(module,exports,require){${pieces.get(path)}\n})`;
  const table = others.map((path) => `${JSON.stringify(relative('dist', path))}:${piece(path)}`);
  const code = `"use strict";const pieces={${table.join(',')}},loaded={};
const load=(path)=>{if(!(path in loaded)){const own={exports:loaded[path]={}};pieces[path](own,own.exports,requireFrom("lazy/"));loaded[path]=own.exports}return loaded[path]};
const requireFrom=(folder)=>(id)=>{if(!id.startsWith("./")&&!id.startsWith("../"))return require(id);const path=id.startsWith("../")?id.slice(3):id.startsWith("./lazy/")?id.slice(2):folder+id.slice(2);return path in pieces?load(path):path==="extension.cjs"?module.exports:require("./"+path)};
${piece(entry)}(module,module.exports,requireFrom(""));Object.defineProperty(module.exports,"piece",{value:load});
`;
  const references = others.map((path) => {
    const name = JSON.stringify(relative('dist', path));
    return [path, `module.exports=require(${JSON.stringify(relative(dirname(path), entry))}).piece(${name});`];
  });
  return new Map([...pieces, ...references, [entry, code]]);
}

/** @type {import('esbuild').BuildOptions} */
const host = {
  ...common,
  entryPoints: { extension: 'src/extension.ts' },
  outdir: 'dist',
  outExtension: { '.js': '.cjs' },
  chunkNames: 'lazy/[name]-[hash]',
  platform: 'node',
  format: 'esm',
  splitting: true,
  write: false,
  sourcemap: production ? false : 'inline',
  plugins: [splitAsCommonJs],
  // Node 22.15 is what VS Code 1.105, the oldest that we support, runs extensions with.
  target: 'node22',
  external: ['vscode'],
  // Prefer the ES module of a dual package: it can be tree-shaken, and one copy serves all.
  mainFields: ['module', 'main'],
};

/** @type {import('esbuild').BuildOptions[]} */
const targets = [
  host,
  {
    ...common,
    entryPoints: { sample: 'src/sample/main.ts', uninstall: 'src/uninstall/main.ts' },
    outdir: 'dist',
    outExtension: { '.js': '.cjs' },
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  },
  {
    ...common,
    entryPoints: { inspector: 'src/webview/inspector/main.ts', toolCall: 'src/webview/toolCall/main.ts' },
    outdir: 'dist/webview',
    platform: 'browser',
    format: 'iife',
    target: 'es2023',
  },
];

if (process.argv.includes('--types')) {
  await buildTypes('out/api');
} else if (watch) {
  const contexts = await Promise.all(targets.map((target) => context({ ...target, logLevel: 'info' })));
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await rm('dist', { recursive: true, force: true });
  const results = await Promise.all(targets.map((target) => build(target)));
  const inputs = results.flatMap(({ metafile }) => Object.keys(metafile?.inputs ?? {}));
  await writeFile('dist/LICENSES.txt', await licenses(inputs));
  if (production) {
    const outputs = results.flatMap(({ metafile }) => Object.entries(metafile?.outputs ?? {}));
    for (const [file, { bytes }] of outputs) console.log(`${(bytes / 1000).toFixed(1).padStart(8)} kB  ${file}`);
  }
  await mkdir('.tsc', { recursive: true });
  await writeFile('.tsc/metafiles.json', JSON.stringify(results.map(({ metafile }) => metafile)));
}

/**
 * What other extensions need of us: declarations, and the one function that tells our errors.
 * @param {string} folder
 */
async function buildTypes(folder) {
  const { version, license, repository } = JSON.parse(await readFile('package.json', 'utf8'));
  const options = ['--ignoreConfig', '--declaration', '--target', 'es2022', '--module', 'nodenext', '--outDir', folder];
  await promisify(execFile)(process.execPath, ['node_modules/typescript/bin/tsc', ...options, 'src/api.ts']);
  const manifest = {
    name: 'external-mcp-api',
    version,
    description: 'Types of the API that the VS Code extension External MCP has for other extensions',
    license,
    repository,
    type: 'module',
    exports: { '.': { types: './api.d.ts', default: './api.js' } },
    files: ['api.d.ts', 'api.js'],
  };
  await writeFile(join(folder, 'package.json'), `${JSON.stringify(manifest, undefined, 2)}\n`);
}

/**
 * The licences of the packages that went into the bundles.
 * @param {string[]} inputs paths of all bundled files
 */
async function licenses(inputs) {
  const folders = new Set(
    inputs
      .map((input) => /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0])
      .filter((folder) => folder !== undefined),
  );
  const texts = [...folders].sort().map(async (folder) => {
    const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
    const file = (await readdir(folder)).find((entry) => /^licen[cs]e/i.test(entry));
    const text =
      file !== undefined && (await stat(join(folder, file))).isFile() ? await readFile(join(folder, file), 'utf8') : '';
    return `${name} ${version} (${license})\n\n${text.trim()}\n`;
  });
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`);
}
