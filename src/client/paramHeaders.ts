import { t } from '@vscode/l10n';
import { assertNever } from '../base/assert.ts';
import { paramHeaders, type WrongParamHeader } from '../base/paramHeaders.ts';

/** What is wrong with the headers that a tool wants arguments repeated in, for people; undefined where nothing is. */
export function paramHeaderProblem(inputSchema: unknown): string | undefined {
  const { wrong } = paramHeaders(inputSchema);
  return wrong === undefined ? undefined : `${wrong.title}: ${sentence(wrong)}`;
}

function sentence({ reason, name = '' }: WrongParamHeader): string {
  switch (reason) {
    case 'place':
      return t('a header where no property always is');
    case 'name':
      return t('its "x-mcp-header" is not the name of a header');
    case 'type':
      return t('"x-mcp-header" is for strings, integers and booleans only');
    case 'twice':
      return t('“{0}” is the header of two properties', name);
    default:
      return assertNever(reason);
  }
}
