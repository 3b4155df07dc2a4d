import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';
import { closest } from './definition.ts';
import { isSecretName, secretNameRule } from './secrets.ts';

/** Where the values of variables come from. */
export interface VariableSources {
  /** Folders of the workspace; the first is the one that `${workspaceFolder}` means when the definition belongs to none. */
  folders: readonly { name: string; path: string }[];
  /** Folder whose settings hold the definition. */
  folder?: string;
  userHome: string;
  env(name: string): string | undefined;
  /** Value of a setting, as text. */
  config(key: string): string | undefined;
  pathSeparator: string;
  /**
   * Value of a secret, asked for where it is not set; undefined when there is none all the same. Absent: nobody keeps secrets here.
   * @param goesTo what will be given it, in words: a command line, an address
   */
  secret?(name: string, goesTo: string): Promise<string | undefined>;
}

/** What is known by the time a text is resolved. */
export interface Known {
  /** Absent: `${port}` is an error. */
  port?: number | string;
  /**
   * Absent: `${secret:…}` is an error, as it is where there is no value.
   * @param offset where in the text it stands
   */
  secret?(name: string, offset: number): string | undefined;
}

const KNOWN = ['workspaceFolder', 'userHome', 'env', 'config', 'secret', 'port', 'pathSeparator'];
/** In the contract, but their values come with a later version. */
const NOT_YET = ['input'];
const PATTERN = /\$\{([^}]*)\}/g;

/** Whether the text asks for the port. */
export function mentionsPort(text: string): boolean {
  return text.includes('${port}');
}

/**
 * Replaces `${…}` in one value of a definition. Throws `config` for one that is unknown, not supported yet or has no value:
 * passed on literally it would only fail later, somewhere else.
 */
export function resolveVariables(server: string, text: string, sources: VariableSources, known: Known = {}): string {
  return text.replace(PATTERN, (whole, expression: string, offset: number) => {
    const colon = expression.indexOf(':');
    const name = colon === -1 ? expression : expression.slice(0, colon);
    const argument = colon === -1 ? undefined : expression.slice(colon + 1);
    const fail = (problem: string): never => {
      throw new ExternalMcpError('config', t('“{0}” uses {1}: {2}', server, whole, problem), { server });
    };
    switch (name) {
      case 'workspaceFolder':
        return (
          workspaceFolder(sources, argument) ??
          fail(t('there is no such workspace folder. Open one, or write the path out.'))
        );
      case 'userHome':
        return sources.userHome;
      case 'pathSeparator':
        return sources.pathSeparator;
      case 'env':
        return sources.env(argument ?? '') ?? fail(t('that environment variable is not set.'));
      case 'config':
        return sources.config(argument ?? '') ?? fail(t('that setting has no value.'));
      case 'port':
        return known.port === undefined ? fail(t('there is no port here. Add "port": "auto".')) : String(known.port);
      case 'secret':
        if (argument === undefined || !isSecretName(argument)) return fail(secretNameProblem(argument));
        return known.secret?.(argument, offset) ?? fail(t('there is no such secret here.'));
    }
    if (NOT_YET.includes(name)) return fail(t('variables of that kind are not supported yet.'));
    const similar = closest(name, KNOWN);
    if (similar !== undefined) {
      const meant = argument === undefined ? similar : `${similar}:${argument}`;
      return fail(t('there is no such variable. Did you mean {0}?', `\${${meant}}`));
    }
    return fail(t('there is no such variable. Known are {0}.', KNOWN.map((word) => `\${${word}}`).join(', ')));
  });
}

function secretNameProblem(name = ''): string {
  if (name.trim() === '') return t('it does not say which secret. Did you mean {0}?', '${secret:name}');
  const similar = name.trim().replaceAll(/[^\w.-]+/g, '_');
  if (!isSecretName(similar)) return secretNameRule();
  return t('{0} Did you mean {1}?', secretNameRule(), `\${secret:${similar}}`);
}

function workspaceFolder(sources: VariableSources, name: string | undefined): string | undefined {
  if (name !== undefined) return sources.folders.find((folder) => folder.name === name)?.path;
  return sources.folder ?? sources.folders[0]?.path;
}
