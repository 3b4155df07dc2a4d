/**
 * Envelopes between a panel and its host. Every request carries a number and is answered under it, with an error if need be,
 * so that nobody waits for ever; events go from host to page unasked.
 */
import { isInteger, isRecord } from './guards.ts';

export interface RequestEnvelope {
  request: number;
  body: unknown;
}

export type HostEnvelope =
  { response: number; body: unknown } | { response: number; error: string } | { event: unknown };

export function isRequestEnvelope(value: unknown): value is RequestEnvelope {
  return isRecord(value) && isInteger(value['request']) && 'body' in value;
}

export function isHostEnvelope(value: unknown): value is HostEnvelope {
  if (!isRecord(value)) return false;
  if ('event' in value) return true;
  return isInteger(value['response']) && ('body' in value || typeof value['error'] === 'string');
}
