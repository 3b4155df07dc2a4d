import { t } from '@vscode/l10n';
import type { Tool } from '../../api.ts';
import { isRecord } from './configuration.ts';
import { type Identity, namesPage, type Subject } from './identity.ts';
import { LinkedInError } from './linkedInError.ts';

/** Names of tools that read such a page, the likeliest first. */
const toolNames: Readonly<Record<Subject, readonly string[]>> = {
  person: ['get_person_profile', 'get_linkedin_profile', 'get_profile', 'scrape_profile', 'person_profile'],
  company: ['get_company_profile', 'get_linkedin_company', 'get_company', 'scrape_company', 'company_profile'],
};

/** Names of arguments that say which page, the likeliest first; those of the second list take an address. */
const argumentNames: Readonly<Record<Subject, { names: readonly string[]; addresses: readonly string[] }>> = {
  person: {
    names: ['linkedin_username', 'username', 'user', 'profile', 'profile_id', 'public_identifier', 'person', 'slug'],
    addresses: ['linkedin_url', 'profile_url', 'url'],
  },
  company: {
    names: ['company_name', 'company', 'company_id', 'universal_name', 'slug', 'keyword', 'keywords'],
    addresses: ['linkedin_url', 'company_url', 'url'],
  },
};

/** The tool of the running server that reads such a page. Throws `LinkedInError` where there is none. */
export function chooseTool(subject: Subject, tools: readonly Tool[], server: string): Tool {
  const tool = toolNames[subject]
    .map((name) => tools.find((candidate) => candidate.name === name))
    .find((found) => found);
  if (tool !== undefined) return tool;
  const names = tools.slice(0, 10).map(({ name }) => name.slice(0, 60));
  const message = t(
    '“{0}” has no tool for this. It offers: {1}. Check "command" and "args" of the plugin\'s configuration.',
    server,
    names.join(', '),
  );
  throw new LinkedInError({ kind: 'config', code: 'no-tool', message });
}

/**
 * The arguments that the tool's own schema asks for: the page, and of the other parameters those that it knows.
 * @param dropped hears of parameters that the tool does not know
 */
export function chooseArguments(
  subject: Subject,
  tool: Tool,
  identity: Identity,
  parameters: Readonly<Record<string, unknown>>,
  dropped: (name: string) => void,
): Record<string, unknown> {
  const { properties: declared, required } = tool.inputSchema;
  const properties = isRecord(declared) ? declared : {};
  const args: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(parameters)) {
    if (namesPage(subject, name)) continue;
    if (Object.hasOwn(properties, name)) args[name] = fitted(value, properties[name]);
    else dropped(name);
  }
  const needed = Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [];
  const [name, isAddress] = pageArgument(subject, Object.keys(properties), needed);
  return { ...args, [name]: isAddress ? identity.url : identity.slug };
}

/** The argument that says which page, and whether it takes an address. What the tool cannot do without comes first. */
function pageArgument(subject: Subject, known: readonly string[], needed: readonly string[]): [string, boolean] {
  const { names, addresses } = argumentNames[subject];
  for (const present of [needed, known]) {
    const name = names.find((candidate) => present.includes(candidate));
    if (name !== undefined) return [name, false];
    const address = addresses.find((candidate) => present.includes(candidate));
    if (address !== undefined) return [address, true];
  }
  const [only, ...others] = needed;
  if (only !== undefined && others.length === 0) return [only, /ur[il]|link/i.test(only)];
  return [names[0] ?? '', false];
}

/** A list where a text is wanted becomes a text: some generations want "experience,education". */
function fitted(value: unknown, schema: unknown): unknown {
  if (!Array.isArray(value) || !isRecord(schema) || takesList(schema)) return value;
  return value.map(String).join(',');
}

function takesList(schema: Readonly<Record<string, unknown>>): boolean {
  const { type, anyOf } = schema;
  if (type === 'array' || (Array.isArray(type) && type.includes('array'))) return true;
  return Array.isArray(anyOf) && anyOf.some((option: unknown) => isRecord(option) && takesList(option));
}
