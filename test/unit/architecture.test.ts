import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import { definitionKeys } from '../../src/servers/definition.ts';

const root = join(import.meta.dirname, '../..');
const source = join(root, 'src');

/** Who may import whom; a type-only import may also point further down. */
const arrows: Readonly<Record<string, readonly string[]>> = {
  extension: [
    'ui',
    'plugins/linkedin',
    'plugins',
    'servers',
    'process',
    'client',
    'traffic',
    'wire',
    'messages',
    'base',
    'api',
  ],
  ui: ['servers', 'plugins', 'traffic', 'messages', 'base', 'api'],
  plugins: ['servers', 'base', 'api'],
  // Built as a stranger would build it.
  'plugins/linkedin': ['api'],
  servers: ['process', 'client', 'traffic', 'wire', 'base'],
  client: ['wire', 'base'],
  process: ['base'],
  traffic: ['base'],
  wire: ['base'],
  webview: ['messages', 'base'],
  messages: ['base'],
  base: [],
  api: [],
  sample: [],
  uninstall: ['process', 'base'],
};

interface Import {
  specifier: string;
  typeOnly: boolean;
}

describe('The house', () => {
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));

  it('has files in every layer that the arrows speak of', () => {
    const layers = new Set(files.map(layerOf));
    assert.deepEqual([...layers].toSorted(), Object.keys(arrows).toSorted());
  });

  it('lets each layer import only what lies below it', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file)
        .filter(({ specifier }) => specifier.startsWith('.'))
        .map(({ specifier, typeOnly }) => ({
          from: layerOf(file),
          to: layerOf(targetOf(file, specifier)),
          typeOnly,
          file,
        }))
        .filter(({ from, to, typeOnly }) => from !== to && !(typeOnly ? below(from) : new Set(arrows[from])).has(to))
        .map(({ file: where, to }) => `${where} imports ${to}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('imports vscode under ui/ and in extension.ts only, as types too', () => {
    const users = files.filter((file) => importsOf(file).some(({ specifier }) => specifier === 'vscode'));
    assert.ok(users.length > 0);
    assert.deepEqual(
      users.filter((file) => !['ui', 'extension'].includes(layerOf(file))),
      [],
    );
  });

  it('keeps base, messages and webview free of Node', () => {
    const users = files.filter((file) => importsOf(file).some(({ specifier }) => specifier.startsWith('node:')));
    assert.deepEqual(
      users.filter((file) => ['base', 'messages', 'webview', 'api'].includes(layerOf(file))),
      [],
    );
  });

  it('keeps api.ts and the messages free of packages, so that they can be copied and stay small', () => {
    const foreign = files
      .filter((file) => ['api', 'messages'].includes(layerOf(file)))
      .flatMap((file) => importsOf(file).map(({ specifier }) => specifier))
      .filter((specifier) => !specifier.startsWith('.'));
    assert.deepEqual(foreign, []);
  });

  it('has no cycles of imports', () => {
    const edges = new Map(
      files.map((file) => [
        file,
        importsOf(file)
          .filter(({ specifier, typeOnly }) => specifier.startsWith('.') && !typeOnly)
          .map(({ specifier }) => targetOf(file, specifier)),
      ]),
    );
    assert.deepEqual(findCycle(edges), []);
  });
});

describe('package.json', () => {
  const manifest = readJson('package.json');
  const contributes = manifest['contributes'] as Contributions;

  it('declares exactly the commands that the table has', () => {
    const table = readFileSync(join(source, 'ui/commands/table.ts'), 'utf8');
    const body = /commandTable = \{\n(.*?)\n\} satisfies/s.exec(table)?.[1] ?? '';
    const names = [...body.matchAll(/^ {2}(\w+): /gm)].map(([, name]) => `externalMcp.${name}`);
    assert.ok(names.length > 10);
    assert.deepEqual(contributes.commands.map(({ command }) => command).toSorted(), names.toSorted());
  });

  it('uses only declared commands in menus and keybindings', () => {
    const declared = new Set(contributes.commands.map(({ command }) => command));
    const used = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(({ command }) => command);
    assert.deepEqual(
      used.filter((command) => !declared.has(command)),
      [],
    );
  });

  it('describes exactly the keys that a definition may have', () => {
    const properties = contributes.configuration.properties['externalMcp.servers']?.additionalProperties?.properties;
    assert.deepEqual(Object.keys(properties ?? {}).toSorted(), [...definitionKeys].toSorted());
  });

  it('restricts every setting that names a command, path, url, header or variable in untrusted workspaces', () => {
    const { untrustedWorkspaces } = manifest['capabilities'] as {
      untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    };
    assert.equal(untrustedWorkspaces.supported, 'limited');
    const free = Object.keys(contributes.configuration.properties).filter(
      (key) => !untrustedWorkspaces.restrictedConfigurations.includes(key),
    );
    assert.deepEqual(free, ['externalMcp.traffic.maxMegabytes']);
  });

  it('declares every setting that settings.ts reads', () => {
    const text = readFileSync(join(source, 'ui/settings.ts'), 'utf8');
    const read = [...text.matchAll(/(?:get|inspect)<[^(]*>\('([\w.]+)'\)/g)].map(([, key]) => `externalMcp.${key}`);
    assert.ok(read.length >= 4);
    assert.deepEqual(
      read.filter((key) => !(key in contributes.configuration.properties)),
      [],
    );
  });

  it('has a text for every placeholder and a placeholder for every text', () => {
    const used = new Set([...JSON.stringify(manifest).matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key));
    assert.deepEqual(Object.keys(readJson('package.nls.json')).toSorted(), [...used].map(String).toSorted());
  });

  it('names only views that the code creates', () => {
    const code = readdirSync(join(source, 'ui'), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(join(source, 'ui', file), 'utf8'))
      .join('\n');
    for (const { id } of Object.values(contributes.views).flat()) assert.ok(code.includes(`'${id}'`), id);
  });
});

interface Contributions {
  commands: { command: string }[];
  menus: Record<string, { command: string }[]>;
  keybindings: { command: string }[];
  views: Record<string, { id: string }[]>;
  configuration: { properties: Record<string, { additionalProperties?: { properties?: object } }> };
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;
}

/** `ui/tree/serversView.ts` → `ui`, `api.ts` → `api`, `plugins/linkedin/cookie.ts` → `plugins/linkedin`. */
function layerOf(file: string): string {
  if (file.startsWith('plugins/linkedin/')) return 'plugins/linkedin';
  return file.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

function targetOf(file: string, specifier: string): string {
  return posix.normalize(relative('.', join(dirname(file), specifier)));
}

function importsOf(file: string): Import[] {
  const text = readFileSync(join(source, file), 'utf8');
  const statements = [...text.matchAll(/^(?:import|export)\s+(type\s+)?(?:([^'";]*?)\s+from\s+)?['"]([^'"]+)['"]/gm)];
  const dynamic = [...text.matchAll(/\bimport\('([^']+)'\)/g)].map(([, specifier = '']) => ({
    specifier,
    typeOnly: false,
  }));
  const fixed = statements.map(([, type, names = '', specifier = '']) => {
    const inline = /^\{(.*)\}$/s
      .exec(names.trim())?.[1]
      ?.split(',')
      .filter((name) => name.trim() !== '');
    const allTypes =
      inline !== undefined && inline.length > 0 && inline.every((name) => name.trim().startsWith('type '));
    return { specifier, typeOnly: type !== undefined || allTypes };
  });
  return [...fixed, ...dynamic];
}

/** Everything that a layer reaches by following the arrows. */
function below(layer: string, found = new Set<string>()): Set<string> {
  for (const next of arrows[layer] ?? []) {
    if (found.has(next)) continue;
    found.add(next);
    below(next, found);
  }
  return found;
}

function findCycle(edges: ReadonlyMap<string, readonly string[]>): string[] {
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): string[] => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return [];
    for (const next of edges.get(file) ?? []) {
      const cycle = visit(next, [...path, file]);
      if (cycle.length > 0) return cycle;
    }
    done.add(file);
    return [];
  };
  for (const file of edges.keys()) {
    const cycle = visit(file, []);
    if (cycle.length > 0) return cycle;
  }
  return [];
}
