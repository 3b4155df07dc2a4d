import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ExternalPlugin, PluginResponse } from '../../../../../src/api.ts';
import { LinkedInPlugin } from '../../../../../src/plugins/linkedin/linkedInPlugin.ts';
import type { PluginRun } from '../../../../../src/plugins/actionRun.ts';
import { serverScript } from '../../../../servers/start.ts';
import { createTestPlugins, type TestPlugins } from '../../support/plugins.ts';

const root = join(import.meta.dirname, '../../../../..');

/** The plugin in a real host with real servers; its contribution is the one in package.json. */
export interface TestLinkedIn extends TestPlugins {
  /** As somebody who looks at the screen. */
  run(action: string, parameters?: object, signal?: AbortSignal): Promise<PluginRun>;
  response(action: string, parameters?: object): Promise<PluginResponse>;
  person(name: string): Promise<PluginRun>;
}

/** A configuration whose server is one of the doubles in test/servers/linkedin. */
export function double(flavour: 'browser' | 'cookie' | 'token', more: Readonly<Record<string, unknown>> = {}): object {
  return { flavour, server_path: serverScript(`linkedin/${flavour}`), startup_timeout: 50, ...more };
}

/** @param configuration what is written for the plugin under `externalMcp.plugins` */
export function createTestLinkedIn(configuration?: object): TestLinkedIn {
  const plugins = createTestPlugins();
  plugins.timeoutMs = 600_000;
  plugins.configuration['linkedin'] = configuration;
  const plugin = new LinkedInPlugin();
  const methods: ExternalPlugin = {
    initialize: (context) => plugin.initialize(context),
    execute: (request, token) => plugin.execute(request, token),
    shutdown: () => plugin.shutdown(),
  };
  plugins.install(methods, contribution());
  const run: TestLinkedIn['run'] = (action, parameters = {}, signal) =>
    plugins.host.run(
      'linkedin',
      { action, parameters },
      { isInteractive: true, ...(signal === undefined ? {} : { signal }) },
    );
  return {
    ...plugins,
    run,
    response: async (action, parameters) => (await run(action, parameters)).response,
    person: (name) => run('get_person_profile', { linkedin_username: name }),
  };
}

/** What package.json says, its texts in English. */
export function contribution(): Record<string, unknown> {
  const texts = readJson('package.nls.json') as Readonly<Record<string, string>>;
  const written = JSON.stringify(readJson('package.json')['contributes']);
  const english = written.replace(/"%([^"%]+)%"/g, (_whole, key: string) => JSON.stringify(texts[key] ?? key));
  // cast: it is our own file, and the test fails where it is not so
  const { externalMcpPlugins } = JSON.parse(english) as { externalMcpPlugins: Record<string, unknown>[] };
  const own = externalMcpPlugins.find(({ id }) => id === 'linkedin');
  if (own === undefined) throw new Error('package.json contributes no plugin "linkedin"');
  return own;
}

function readJson(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(root, file), 'utf8')) as Record<string, unknown>;
}

/** A cookie as long as they are, which stands nowhere else. */
export const cookie = `AQEDAR${'x7Gq2LmZ0'.repeat(16)}_end-of-cookie`;
