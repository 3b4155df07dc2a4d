import type { Place, Segments } from '../segments.ts';
import { type ExportOptions, presenterFor } from './exportOptions.ts';
import { harEntry, harMcpEntry } from './harEntry.ts';
import { inPieces } from './pieces.ts';
import { Selection } from './selection.ts';
import { TimeSlices } from './timeSlices.ts';

export interface HarOptions extends ExportOptions {
  /** Of the extension. */
  version: string;
  /** Where a server is reached, `http://127.0.0.1:3000`; otherwise URLs are made of the requests' `host`. */
  originOf?: (server: string) => string | undefined;
}

/** What goes into a file: HTTP exchanges, and what belongs to none. */
interface Contents {
  /** Entries by exchange, in the order in which the exchanges began. */
  exchanges: Map<number, Place[]>;
  /** Lines on pipes, and what happened to processes. */
  others: Place[];
}

/**
 * Writes entries as they are at this moment as a HAR 1.2 file, in pieces of some 64 KB: one exchange is in memory beside the entries, and some 50
 * bytes for each of them. An exchange is written whole when one entry of it passes the filter.
 */
export async function* exportHar(log: Segments, options: HarOptions): AsyncGenerator<string, void, undefined> {
  const slices = new TimeSlices(options.signal);
  const contents = await contentsOf(await Selection.of(log, options, slices), slices);
  const total = contents.exchanges.size + contents.others.length + 1;
  const written = { count: 0 };
  yield* inPieces(textsOf(contents, options, written), slices, () => options.onProgress?.(written.count / total));
}

/** @param written how many of the contents have been; what is around them counts as one */
function* textsOf({ exchanges, others }: Contents, options: HarOptions, written: { count: number }): Generator<string> {
  const { version, originOf = () => undefined, redactor, withSecrets = false } = options;
  const presenter = presenterFor(options);
  const writer = { presenter, originOf, mask: (text: string) => (withSecrets ? text : redactor.text(text)) };
  const creator = { name: 'External MCP', version };
  yield `{"log":{"version":"1.2","creator":${JSON.stringify(creator)},"pages":[],"entries":[`;
  let comma = '';
  for (const places of exchanges.values()) {
    yield `${comma}\n`;
    yield* harEntry(places, writer);
    comma = ',';
    written.count += 1;
  }
  yield '\n],"_mcp":{"entries":[';
  comma = '';
  for (const place of others) {
    yield `${comma}\n`;
    yield* harMcpEntry(place, presenter);
    comma = ',';
    written.count += 1;
  }
  yield '\n]}}}\n';
  written.count += 1;
}

async function contentsOf(selection: Selection, slices: TimeSlices): Promise<Contents> {
  const selected = new Set<number>();
  const others: Place[] = [];
  for (const place of selection.places()) {
    if (exchangeOf(place) === 0) others.push(place);
    else selected.add(exchangeOf(place));
    if (slices.isOver) await slices.pause();
  }
  const exchanges = new Map<number, Place[]>();
  for (const place of selection.everything()) {
    const exchange = exchangeOf(place);
    if (selected.has(exchange)) {
      const places = exchanges.get(exchange);
      if (places === undefined) exchanges.set(exchange, [place]);
      else places.push(place);
    }
    if (slices.isOver) await slices.pause();
  }
  return { exchanges, others };
}

function exchangeOf({ segment, row }: Place): number {
  return segment.columns.exchange[row] ?? 0;
}
