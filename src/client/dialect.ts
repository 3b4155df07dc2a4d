import { t } from '@vscode/l10n';
import { isStateless } from './protocolVersions.ts';

/** The ways to reach a server over HTTP; the seed's dialect and its relatives are `external-sse`. */
export type HttpTransportKind = 'streamable-http' | 'sse' | 'external-sse';

/** What a server was found to speak; remembered, it spares finding it out again. */
export interface Verdict {
  transport: HttpTransportKind | 'stdio';
  /** Whether each request stands alone (2026-07-28), or a handshake comes first. */
  era: 'stateless' | 'handshake';
  /** Where it answered. */
  url?: string;
  /** Concluded from silence, which a slow start looks like too: not worth remembering. */
  isGuess?: boolean;
}

/** What a server speaks, for people: `2026-07-28 · stateless`, `HTTP+SSE (2024-11-05)`. */
export function describeDialect(transport: Verdict['transport'], version: string): string {
  if (isStateless(version)) {
    return transport === 'stdio' ? t('stdio, {0} · stateless', version) : t('{0} · stateless', version);
  }
  switch (transport) {
    case 'stdio':
      return `stdio (${version})`;
    case 'sse':
      // The revision of the transport: its servers agree on all manner of versions over it.
      return 'HTTP+SSE (2024-11-05)';
    case 'streamable-http':
      return `Streamable HTTP (${version})`;
    case 'external-sse':
      return t('External MCP dialect');
  }
}
