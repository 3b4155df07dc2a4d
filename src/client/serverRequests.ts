import type {
  Client,
  ClientCapabilities,
  CreateMessageRequestParams,
  CreateMessageResult,
  CreateMessageResultWithTools,
  ElicitRequestParams,
  ElicitResult,
  Root,
} from '@modelcontextprotocol/client';

export type { CreateMessageRequestParams, CreateMessageResult, ElicitRequestParams, ElicitResult, Root };

/**
 * What a server may ask of us while it works, in either era (requests, or rounds of `input_required`). What has no handler is not
 * announced, so that a server does not ask for it. `signal` is aborted when the server no longer waits.
 */
export interface ServerRequestHandlers {
  /** The folders a server may work in. */
  roots?: (signal: AbortSignal) => Promise<readonly Root[]>;
  /** Asks a language model. */
  sample?: (
    params: CreateMessageRequestParams,
    signal: AbortSignal,
  ) => Promise<CreateMessageResult | CreateMessageResultWithTools>;
  /** Asks the person in front of the screen: a form, or an address to visit. */
  elicit?: (params: ElicitRequestParams, signal: AbortSignal) => Promise<ElicitResult>;
  /** Which of the two `elicit` can do. Default: forms alone. */
  elicits?: { form?: boolean; url?: boolean };
}

/** What the handlers there are allow us to announce. */
export function capabilitiesFor(handlers: ServerRequestHandlers): ClientCapabilities {
  const { form = true, url = false } = handlers.elicits ?? {};
  return {
    ...(handlers.roots === undefined ? {} : { roots: {} }),
    ...(handlers.sample === undefined ? {} : { sampling: {} }),
    ...(handlers.elicit === undefined
      ? {}
      : // What a person leaves out is filled in from the defaults of the form.
        { elicitation: { ...(form ? { form: { applyDefaults: true } } : {}), ...(url ? { url: {} } : {}) } }),
  };
}

/** Lets the handlers answer what the server asks on this connection. */
export function answerServer(client: Client, handlers: ServerRequestHandlers): void {
  const { roots, sample, elicit } = handlers;
  if (roots !== undefined) {
    client.setRequestHandler('roots/list', async (_request, { mcpReq }) => ({
      roots: [...(await roots(mcpReq.signal))],
    }));
  }
  if (sample !== undefined) {
    client.setRequestHandler('sampling/createMessage', ({ params }, { mcpReq }) => sample(params, mcpReq.signal));
  }
  if (elicit !== undefined) {
    client.setRequestHandler('elicitation/create', ({ params }, { mcpReq }) => elicit(params, mcpReq.signal));
  }
}
