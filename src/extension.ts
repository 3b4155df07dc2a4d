import { homedir } from 'node:os';
import { sep } from 'node:path';
import { config as loadTranslations } from '@vscode/l10n';
import * as vscode from 'vscode';
import type { ExternalMcpExports } from './api.ts';
import { systemClock } from './base/clock.ts';
import { toDisposable } from './base/lifecycle.ts';
import { redactingLog } from './base/log.ts';
import { Redactor } from './base/redact.ts';
import { sweepLater } from './process/sweepLater.ts';
import { PluginHost } from './plugins/pluginHost.ts';
import { ServerRegistry } from './servers/serverRegistry.ts';
import type { DefinitionEntry } from './servers/definitionEntry.ts';
import type { VariableSources } from './servers/variables.ts';
import { TrafficLog } from './traffic/trafficLog.ts';
import { AutoStart } from './ui/autoStart.ts';
import type { CallTools } from './ui/call/callTools.ts';
import { registerCommands } from './ui/commands/register.ts';
import { restoreSampleServer } from './ui/config/sampleServer.ts';
import { createExports } from './ui/exports.ts';
import { Inspectors } from './ui/inspector/inspectors.ts';
import { CrashNotice } from './ui/crashNotice.ts';
import { OutputChannels } from './ui/output.ts';
import { callingExtension, readContributors } from './ui/plugins/contributors.ts';
import { pluginServices } from './ui/plugins/pluginServices.ts';
import { PluginsView } from './ui/plugins/pluginsView.ts';
import { registerPluginTool } from './ui/plugins/pluginTool.ts';
import { reportError } from './ui/report.ts';
import { KeptSecrets } from './ui/secrets/keptSecrets.ts';
import type { SecretTools } from './ui/secrets/secretTools.ts';
import * as settings from './ui/settings.ts';
import { StatusBar } from './ui/statusBar.ts';
import { ServersView } from './ui/tree/serversView.ts';

/** What outlives the subscriptions, which VS Code disposes of while it waits for `deactivate`. */
let running:
  { registry: ServerRegistry; plugins: PluginHost; output: OutputChannels; autoStart: AutoStart } | undefined;

/** The only place where the layers are wired together. */
export function activate(context: vscode.ExtensionContext): ExternalMcpExports {
  if (vscode.l10n.bundle !== undefined) loadTranslations({ contents: vscode.l10n.bundle });
  const own = <T extends vscode.Disposable>(item: T): T => {
    context.subscriptions.push(item);
    return item;
  };
  const output = new OutputChannels();
  const redactor = new Redactor();
  const log = { ...output.open(), ...redactingLog(output.open(), redactor) };
  const traffic = own(new TrafficLog({ maxBytes: settings.readTrafficBytes(), redactor }));
  const version = String((context.extension.packageJSON as { version?: unknown }).version);
  const storage = { folder: context.globalStorageUri.fsPath, log };
  const secrets = new KeptSecrets(
    context.secrets,
    redactor,
    (id) => plugins.plugins.find((plugin) => plugin.id === id)?.extension,
  );
  const secretSources = { store: secrets, memento: context.workspaceState, plugins: () => plugins.plugins };
  let secretTools: Promise<SecretTools> | undefined;
  const loadSecretTools = (): Promise<SecretTools> =>
    (secretTools ??= import('./ui/secrets/secretTools.ts').then(({ SecretTools }) => new SecretTools(secretSources)));
  const registry = new ServerRegistry({
    traffic,
    clock: systemClock,
    redactor,
    version,
    hostEnv: process.env,
    storage,
    openLog: (server) => output.open(server),
    isTrusted: () => vscode.workspace.isTrusted,
    settings: settings.readCommonSettings,
    variables: (entry, signal) => ({
      ...variableSources(entry),
      secret: async (name, goesTo) => (await loadSecretTools()).access.sourceFor(entry, signal)(name, goesTo),
    }),
  });

  const plugins = own(
    new PluginHost({ registry, redactor, clock: systemClock, services: pluginServices(output, secrets) }),
  );
  const tree = own(new ServersView(registry));
  own(new PluginsView(plugins));
  own(registerPluginTool({ plugins, redactor }));
  own(new StatusBar(registry));
  own(new CrashNotice(registry, output));
  const { extensionUri } = context;
  let callTools: Promise<CallTools> | undefined;
  const loadCallTools = (): Promise<CallTools> =>
    (callTools ??= import('./ui/call/callTools.ts').then(({ CallTools }) =>
      own(new CallTools({ extensionUri, registry, plugins, traffic, inspectors, log })),
    ));
  const editArguments = async (server: string, tool: string, args: object): Promise<void> =>
    (await loadCallTools()).editor.open({ kind: 'tool', server, tool }, args);
  const report = (error: unknown): void => void reportError(error, log, { registry, output });
  const inspectors = own(
    new Inspectors({
      extensionUri,
      registry,
      traffic,
      log,
      version,
      memento: context.globalState,
      editArguments,
      report,
    }),
  );
  own(
    registerCommands(
      {
        extension: context,
        registry,
        traffic,
        tree,
        output,
        inspectors,
        plugins,
        callTools: loadCallTools,
        secretTools: loadSecretTools,
      },
      log,
    ),
  );

  followSettings(context, registry, redactor);
  followExtensions(context, plugins);
  restoreSampleServer(registry, context);
  const autoStart = own(new AutoStart(registry, context.workspaceState, log));
  running = { registry, plugins, output, autoStart };
  own(sweepLater({ ...storage, clock: systemClock }));
  return createExports({
    registry,
    traffic,
    inspectors,
    plugins,
    callerOf: (stack) => callingExtension(stack, context.extension),
  });
}

/** VS Code waits five seconds for this; the whole stop ladder takes less than four, and writes to the channels to its end. */
export async function deactivate(): Promise<void> {
  const ending = running;
  running = undefined;
  // What is stopped from here on ran to the end.
  ending?.autoStart.dispose();
  try {
    await ending?.plugins.shutdown();
    await ending?.registry.dispose();
  } finally {
    ending?.output.dispose();
  }
}

function followSettings(context: vscode.ExtensionContext, registry: ServerRegistry, redactor: Redactor): void {
  const configure = (): void => registry.configure(settings.readDefinitions());
  let forget = redactor.addPatterns(settings.readRedactions());
  configure();
  context.subscriptions.push(
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (settings.affectsServers(event)) configure();
      if (!settings.affectsRedaction(event)) return;
      forget();
      forget = redactor.addPatterns(settings.readRedactions());
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(configure),
    toDisposable(() => forget()),
  );
}

/** Plugins come and go with their extensions. */
function followExtensions(context: vscode.ExtensionContext, plugins: PluginHost): void {
  const { extension } = context;
  let registered: Promise<void> | undefined;
  const registerOwn = async (): Promise<void> => {
    const { LinkedInPlugin } = await import('./plugins/linkedin/linkedInPlugin.ts');
    plugins.register(extension.id, 'linkedin', new LinkedInPlugin());
  };
  const activateOwn = (): Promise<void> => (registered ??= registerOwn());
  const discover = (): void => plugins.discover(readContributors(extension, activateOwn));
  discover();
  context.subscriptions.push(vscode.extensions.onDidChange(discover));
}

function variableSources({ folder }: DefinitionEntry): VariableSources {
  const folders = (vscode.workspace.workspaceFolders ?? []).map(({ name, uri }) => ({ name, path: uri.fsPath }));
  return {
    folders,
    ...(folder === undefined ? {} : { folder }),
    userHome: homedir(),
    env: (name) => process.env[name],
    config: (key) => settings.readSettingText(key, folder),
    pathSeparator: sep,
  };
}
