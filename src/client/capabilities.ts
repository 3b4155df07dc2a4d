import type { JSONRPCMessage } from '@modelcontextprotocol/client';
import { specTypeSchemas } from '@modelcontextprotocol/client';

/**
 * What a server says it can do, so that the library takes it: of a capability that it would not take, only that it is there. One odd word
 * about a feature is no reason to refuse the whole server.
 */
export function readCapabilities(said: unknown): Record<string, unknown> {
  if (!isObject(said)) return {};
  return Object.fromEntries(
    Object.entries(said)
      .filter(([, value]) => value !== null && value !== undefined && value !== false)
      .map(([name, value]) => [name, isValid({ [name]: value }) ? value : {}]),
  );
}

/** The same in place, where the message is the answer to a handshake. */
export function mendHandshake(message: JSONRPCMessage): void {
  if ('result' in message && typeof message.result['protocolVersion'] === 'string') {
    message.result['capabilities'] = readCapabilities(message.result['capabilities']);
  }
}

function isValid(capabilities: object): boolean {
  const outcome = specTypeSchemas.ServerCapabilities['~standard'].validate(capabilities);
  return !(outcome instanceof Promise) && outcome.issues === undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
