import { isRecord, type JsonObject, objectIn, textIn } from './json.ts';

/** Tools of one server whose schemas are kept; what comes later is not checked. */
const MAX_TOOLS = 500;
/** UTF-16 units of a name. */
const MAX_NAME_LENGTH = 500;
/** UTF-16 units of one schema, and of all of a server's, as JSON. */
const MAX_SCHEMA_LENGTH = 100_000;
const MAX_LENGTH = 2_000_000;

/** What a tool said it takes and gives. A schema that could not be used is taken out. */
export interface ToolSchemas {
  inputSchema?: JsonObject;
  outputSchema?: JsonObject;
}

/** The schemas of a server's tools, out of its lists. */
export class ToolBook {
  readonly #tools = new Map<string, ToolSchemas>();
  #length = 0;

  get(name: string): ToolSchemas | undefined {
    return this.#tools.get(name);
  }

  /** Takes in a page of a list; the first replaces all that was known. */
  takePage(tools: readonly unknown[], isFirst: boolean): void {
    if (isFirst) {
      this.#tools.clear();
      this.#length = 0;
    }
    for (const tool of tools) {
      const name = textIn(tool, 'name');
      if (name === undefined || name.length > MAX_NAME_LENGTH || this.#tools.size >= MAX_TOOLS) continue;
      const schemas: ToolSchemas = {};
      for (const key of ['inputSchema', 'outputSchema'] as const) {
        const schema = isRecord(tool) ? objectIn(tool, key) : undefined;
        if (schema !== undefined && this.#fits(schema)) schemas[key] = schema;
      }
      this.#tools.set(name, schemas);
    }
  }

  #fits(schema: JsonObject): boolean {
    const { length } = JSON.stringify(schema);
    if (length > MAX_SCHEMA_LENGTH || this.#length + length > MAX_LENGTH) return false;
    this.#length += length;
    return true;
  }
}
