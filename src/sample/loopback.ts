import type { IncomingMessage } from 'node:http';

const loopbackNames = new Set(['127.0.0.1', 'localhost', '[::1]']);

/**
 * Whether a request was meant for a loopback server: its `Host`, and its `Origin` where a browser sent one, name this machine.
 * A web page that rebinds its own name to 127.0.0.1 still sends that name, so it is refused (MCP, "DNS rebinding").
 */
export function isLoopbackRequest({ headers: { host, origin } }: IncomingMessage): boolean {
  return isLoopbackUrl(`http://${host}`) && (origin === undefined || isLoopbackUrl(origin));
}

function isLoopbackUrl(text: string): boolean {
  return URL.canParse(text) && loopbackNames.has(new URL(text).hostname);
}
