import type { ChangeKind, ExternalMcpClient } from '../../../src/client/externalMcpClient.ts';

/** The next change of a list that a client tells of. */
export function nextChange(client: ExternalMcpClient): Promise<ChangeKind> {
  return new Promise((resolve) => {
    const subscription = client.onDidChangeList((kind) => {
      subscription.dispose();
      resolve(kind);
    });
  });
}

export function nextUpdate(client: ExternalMcpClient): Promise<string> {
  return new Promise((resolve) => {
    const subscription = client.onDidUpdateResource((uri) => {
      subscription.dispose();
      resolve(uri);
    });
  });
}
