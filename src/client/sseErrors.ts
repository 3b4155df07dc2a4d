import { t } from '@vscode/l10n';
import { ExternalMcpError } from '../base/errors.ts';

/** A stream that never says where messages go. */
export function noEndpointError(server: string): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” sent no endpoint event, so it does not speak HTTP+SSE (2024-11-05). Check its URL.', server),
    { server },
  );
}

/** A stream that ends before it says where messages go. */
export function endedAtOnceError(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError(
    'protocol',
    t('“{0}” ended its event stream at once, so it does not speak HTTP+SSE (2024-11-05). Check its URL.', server),
    { server, cause },
  );
}

/** The end of the stream is the end of the connection. */
export function streamEndedError(server: string, cause: unknown): ExternalMcpError {
  return new ExternalMcpError(
    'connection',
    t('“{0}” ended the stream that brings its answers. See its output for the reason.', server),
    { server, outcomeUnknown: true, cause },
  );
}
