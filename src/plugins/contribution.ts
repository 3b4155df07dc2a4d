import { t } from '@vscode/l10n';
import type { PluginAction, PluginSecret } from '../api.ts';
import { isRecord } from '../base/isRecord.ts';

/** An extension that may contribute plugins. VS Code's `Extension` fits but for the name of its version. */
export interface Contributor {
  id: string;
  version: string;
  /** Its package.json, of which anything may be missing or wrong. */
  packageJson: unknown;
  /** Runs it, upon which it registers its plugins; resolves at once where it runs already. */
  activate(): Promise<unknown>;
}

/** What an extension says of one plugin under `contributes.externalMcpPlugins`. */
export interface Contribution {
  id: string;
  label: string;
  description?: string;
  capabilities: readonly string[];
  actions: readonly PluginAction[];
  secrets: readonly PluginSecret[];
  /** JSON Schema of the plugin's configuration. */
  configSchema?: Readonly<Record<string, unknown>>;
  /** Seconds that an action may take. */
  timeout?: number;
  /** Why it cannot be used. */
  problem?: string;
}

/** What one extension may contribute at most; the rest is left out. */
const MOST_PLUGINS = 20;
const MOST_ITEMS = 100;
/** Seconds that an action may be given. */
const LONGEST_TIMEOUT = 86_400;

const NAME = /^[A-Za-z][\w.-]{0,99}$/;

/** Reads what an extension contributes; each plugin with a mistake says which, and does not touch the others. */
export function readContributions(packageJson: unknown): Contribution[] {
  const contributes = isRecord(packageJson) ? packageJson['contributes'] : undefined;
  const plugins = isRecord(contributes) ? contributes['externalMcpPlugins'] : undefined;
  return listOf(plugins, MOST_PLUGINS).map((raw, index) => frozen(readContribution(copyOf(raw), index)));
}

/** VS Code's own object is not for us to freeze. Undefined for one that is nested too deeply. */
function copyOf(raw: unknown): unknown {
  try {
    return frozen(structuredClone(raw));
  } catch {
    return undefined;
  }
}

/** All extensions are handed the same objects: what one of them writes into a schema would hold for all. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const item of Object.values(value)) frozen(item);
  return value;
}

function readContribution(raw: unknown, index: number): Contribution {
  const fallback = `plugin-${index + 1}`;
  const empty = { id: fallback, label: fallback, capabilities: [], actions: [], secrets: [] };
  if (!isRecord(raw)) return { ...empty, problem: t('its entry in "externalMcpPlugins" is not an object') };
  const id = nameOf(raw['id']);
  const label = textOf(raw['label']) ?? id ?? fallback;
  if (id === undefined)
    return { ...empty, label, problem: t('its "id" is missing, or has other signs than a-z, 0-9, ".", "_", "-"') };
  try {
    return { id, label, ...readDetails(raw) };
  } catch (error) {
    return { ...empty, id, label, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Throws a sentence about the first thing that is wrong. */
function readDetails(raw: Readonly<Record<string, unknown>>): Omit<Contribution, 'id' | 'label'> {
  const actions = listOf(raw['actions'], MOST_ITEMS).map(readAction);
  if (actions.length === 0) throw new Error(t('it has no "actions"'));
  const names = actions.flatMap(({ name, aliases }) => [name, ...aliases]);
  const twin = names.find((name, index) => names.indexOf(name) !== index);
  if (twin !== undefined) throw new Error(t('two of its actions are called “{0}”', twin));
  const { configSchema, timeout } = raw;
  const description = textOf(raw['description']);
  return {
    capabilities: listOf(raw['capabilities'], MOST_ITEMS).filter((item) => typeof item === 'string'),
    actions,
    secrets: listOf(raw['secrets'], MOST_ITEMS).map(readSecret),
    ...(description === undefined ? {} : { description }),
    ...(isRecord(configSchema) ? { configSchema } : {}),
    ...(typeof timeout === 'number' && timeout > 0 ? { timeout: Math.min(timeout, LONGEST_TIMEOUT) } : {}),
  };
}

function readAction(raw: unknown): PluginAction {
  const name = isRecord(raw) ? nameOf(raw['name']) : undefined;
  if (!isRecord(raw) || name === undefined) throw new Error(t('one of its actions has no usable "name"'));
  const { parameters = { type: 'object' } } = raw;
  if (!isRecord(parameters) || parameters['type'] !== 'object') {
    throw new Error(t('the "parameters" of “{0}” are no JSON Schema of type "object"', name));
  }
  const description = textOf(raw['description']);
  return {
    name,
    aliases: listOf(raw['aliases'], MOST_ITEMS).filter((alias): alias is string => nameOf(alias) !== undefined),
    title: textOf(raw['title']) ?? name,
    ...(description === undefined ? {} : { description }),
    parameters: { ...parameters, type: 'object' },
  };
}

/** A name alone, or an object with its name, title and description. */
function readSecret(raw: unknown): PluginSecret {
  const name = nameOf(isRecord(raw) ? raw['name'] : raw);
  if (name === undefined) throw new Error(t('one of its secrets has no usable "name"'));
  const title = isRecord(raw) ? textOf(raw['title']) : undefined;
  const description = isRecord(raw) ? textOf(raw['description']) : undefined;
  return { name, title: title ?? name, ...(description === undefined ? {} : { description }) };
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && NAME.test(value) ? value : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value.slice(0, 2000) : undefined;
}

function listOf(value: unknown, most: number): unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}
