import { INVALID_PARAMS, METHOD_NOT_FOUND } from '../rpcCodes.ts';
import { type Answer, isRefusal } from './messages.ts';

/** Whose names for methods a server knows: the seed's (`list_tools`) or MCP's own (`tools/list`). */
export type Names = 'seed' | 'standard';

type Params = Readonly<Record<string, unknown>>;
type Put = (method: string, params: Params) => Promise<Answer>;

const seedNames: ReadonlyMap<string, string> = new Map([
  ['tools/list', 'list_tools'],
  ['tools/call', 'call_tool'],
]);

/** Puts MCP's requests into the words that one server knows. What it refuses is tried in the other words, once: a refusal acts on nothing. */
export class Wording {
  names: Names = 'standard';
  /** How `call_tool` names its parameters; undefined until a call has succeeded. */
  #parameters: 'name' | 'tool' | undefined;

  /** @param put sends one request and resolves with its answer */
  async ask(method: string, params: Params, put: Put): Promise<Answer> {
    const used = this.names;
    const first = await this.#askAs(used, method, params, put);
    if (!seedNames.has(method) || !isRefusal(first, METHOD_NOT_FOUND)) return first;
    const other = used === 'seed' ? 'standard' : 'seed';
    const second = await this.#askAs(other, method, params, put);
    if (isRefusal(second, METHOD_NOT_FOUND)) return first;
    this.names = other;
    return second;
  }

  async #askAs(names: Names, method: string, params: Params, put: Put): Promise<Answer> {
    const seedName = names === 'seed' ? seedNames.get(method) : undefined;
    if (seedName === undefined) return put(method, params);
    if (method !== 'tools/call') return put(seedName, params);
    const known = this.#parameters;
    const first = await put(seedName, known === 'tool' ? toolParameters(params) : params);
    if (known !== undefined) return first;
    if ('result' in first) this.#parameters = 'name';
    if (!isRefusal(first, INVALID_PARAMS)) return first;
    const second = await put(seedName, toolParameters(params));
    if (!('result' in second)) return first;
    this.#parameters = 'tool';
    return second;
  }
}

function toolParameters({ name, arguments: args, ...others }: Params): Params {
  return { ...others, tool: name, params: args ?? {} };
}
