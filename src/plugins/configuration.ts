import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import { schemaProblems } from '../servers/argumentCheck.ts';
import type { Contribution } from './contribution.ts';
import { isRecord } from '../base/isRecord.ts';

/** What was written for a plugin, with the defaults of its schema for what was not. Throws `config` where it does not fit. */
export function configurationOf({ id, label, configSchema }: Contribution, written: unknown): unknown {
  const config = written ?? {};
  if (configSchema === undefined) return config;
  const complete = isRecord(config) ? { ...defaultsOf(configSchema), ...config } : config;
  const problems = schemaProblems(configSchema, complete);
  if (problems.length === 0) return complete;
  throw new ExternalMcpError(
    'config',
    t(
      'The configuration of the plugin “{0}” cannot be used: {1}. Change "{2}" in the setting "externalMcp.plugins".',
      label,
      problems.join('; '),
      id,
    ),
  );
}

function defaultsOf({ properties }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  if (!isRecord(properties)) return {};
  const entries = Object.entries(properties).flatMap(([name, schema]): [string, unknown][] =>
    isRecord(schema) && 'default' in schema ? [[name, schema['default']]] : [],
  );
  return Object.fromEntries(entries);
}
