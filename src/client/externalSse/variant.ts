import { t } from '@vscode/l10n';
import type { Names } from './wording.ts';

/** What was found out about a server of this family (facts/protocol.md, "The seed's dialect and its relatives"). */
export interface Variant {
  readonly names: Names;
  /** It answers `initialize`. */
  readonly hasHandshake: boolean;
  /** What bound us to its listening stream; `none` where answers come with the POST. */
  readonly listening: 'none' | 'connection' | 'endpoint';
  /** The answer to the handshake, or to what stood in for it, was an event stream. */
  readonly isStreamed: boolean;
}

/** The variant in words, for people: what most sets it apart from the documented dialect. */
export function variantName({ names, hasHandshake, listening, isStreamed }: Variant): string {
  if (listening === 'connection') return t('External MCP dialect, with a connection id');
  if (listening === 'endpoint') return t('External MCP dialect, with an address for messages');
  if (!hasHandshake) return t('External MCP dialect, without a handshake');
  if (names === 'standard') {
    return isStreamed
      ? t('External MCP dialect, standard method names')
      : t('External MCP dialect, standard method names and JSON answers');
  }
  return isStreamed ? t('External MCP dialect') : t('External MCP dialect, JSON answers');
}
