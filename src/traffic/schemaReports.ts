import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import type { Redactor } from '../base/redact.ts';
import { kinds } from './codes.ts';
import { MAX_BATCH } from './envelope.ts';
import { pairedWith } from './segment.ts';
import type { Place } from './segments.ts';
import { isRecord, type JsonObject, listIn, objectIn, parseJson, textIn } from './specification/json.ts';
import { seenRequest } from './specification/requestBook.ts';
import { looksLikeRpc, readRpc, type Rpc } from './specification/rpc.ts';
import { schemaProblem } from './specification/schemaCheck.ts';
import { shapeProblem } from './specification/shapes.ts';
import type { TrafficReader } from './trafficReader.ts';

/** What a message was checked against; the shape of the inspector's report. */
export interface SchemaReport {
  title: string;
  /** The entry that brought the schema, or the specification. */
  source: { seq: number } | { specification: string };
  /** The schema as JSON text, secrets masked. */
  schema?: string;
  /** What does not fit: a JSON pointer and a sentence. */
  problems: { pointer: string; message: string }[];
}

/** Bytes of a message beyond which it is not parsed for this. */
const MAX_BYTES = 1024 * 1024;
/** Lists of tools that are looked through for a tool, latest first. */
const MAX_LISTS = 50;
/** Messages of a batch that are reported on. */
const MAX_REPORTED = 20;
const TITLE_LENGTH = 200;

/**
 * Checks a message, or those of a batch, against the shape that the specification gives its method, and a tool call against the schemas of its
 * tool as the server had listed it last. Empty where it is no message, or one of a method that the specification does not know.
 */
export function schemaReports(reader: TrafficReader, seq: number): SchemaReport[] {
  const place = reader.place(seq);
  if (place === undefined) return [];
  const requests = requestsOf(reader, place);
  const messages = readMessages(reader, place).slice(0, MAX_REPORTED);
  const checked = messages.map((rpc) => ({ rpc, request: requestAmong(requests, rpc, messages.length === 1) }));
  const names = checked.map(({ rpc, request }) => toolOf(request ?? rpc)).filter((name) => name !== undefined);
  const tools = findTools(reader, place, new Set(names));
  const reports = checked.flatMap(({ rpc, request }) => {
    const found = tools.get(toolOf(request ?? rpc) ?? '');
    return [shapeReport(rpc, request), found === undefined ? undefined : toolReport(found, rpc, reader.redactor)];
  });
  return reports.filter((report) => report !== undefined).map((report) => masked(report, reader.redactor));
}

/** A tool as it was listed, and the entry that holds the list. */
interface ListedTool {
  name: string;
  tool: JsonObject;
  seq: number;
}

/** The name in a tool call. */
function toolOf(rpc: Rpc): string | undefined {
  return rpc.method === 'tools/call' ? textIn(rpc.params, 'name') : undefined;
}

/** Names of methods, tools and members of a message are in the texts. */
function masked({ title, problems, ...report }: SchemaReport, redactor: Redactor): SchemaReport {
  return {
    ...report,
    title: displayText(redactor.text(title), TITLE_LENGTH),
    problems: problems.map(({ pointer, message }) => ({
      pointer: displayText(redactor.text(pointer), TITLE_LENGTH),
      message: displayText(redactor.text(message)),
    })),
  };
}

function shapeReport(rpc: Rpc, request: Rpc | undefined): SchemaReport | undefined {
  const method = request?.method ?? rpc.method;
  if (method === undefined || rpc.kind === 'error') return undefined;
  const problem = shapeProblem(rpc, request === undefined ? undefined : seenRequest(request, 0, undefined));
  return {
    title: rpc.kind === 'result' ? t('Result of {0}', method) : t('Shape of {0}', method),
    source: { specification: t('MCP specification') },
    problems: problem === undefined ? [] : [{ pointer: problem[0], message: problem[1] }],
  };
}

/** The arguments against `inputSchema`, or the result's structured content against `outputSchema`. */
function toolReport({ name, tool, seq }: ListedTool, rpc: Rpc, redactor: Redactor): SchemaReport | undefined {
  const key = rpc.kind === 'result' ? 'outputSchema' : 'inputSchema';
  const schema = rpc.kind === 'error' ? undefined : objectIn(tool, key);
  if (schema === undefined) return undefined;
  const value = rpc.kind === 'result' ? rpc.result?.['structuredContent'] : (rpc.params?.['arguments'] ?? {});
  return {
    title: t('{0} of {1}', key, name),
    source: { seq },
    schema: redactor.text(JSON.stringify(schema)),
    problems: problemsOf(schema, value),
  };
}

function problemsOf(schema: JsonObject, value: unknown): SchemaReport['problems'] {
  if (value === undefined) return [{ pointer: '', message: t('The result has no structured content.') }];
  try {
    const problem = schemaProblem(schema, value);
    if (problem === undefined) return [];
    return [{ pointer: problem.pointer, message: t('This breaks “{0}” of the schema.', problem.keyword) }];
  } catch {
    return [
      {
        pointer: '',
        message: t('The schema cannot be used: it is too large, of an unknown draft, or refers to other documents.'),
      },
    ];
  }
}

/** Tools as they stood in the last list before the entry. */
function findTools(reader: TrafficReader, at: Place, names: Set<string>): Map<string, ListedTool> {
  const server = at.segment.strings.at(at.segment.columns.server[at.row] ?? 0);
  const before = at.segment.firstSeq + at.row;
  const found = new Map<string, ListedTool>();
  let lists = 0;
  for (const segment of reader.segments.toReversed()) {
    const { columns, strings, firstSeq } = segment;
    for (let row = Math.min(segment.count, before - firstSeq) - 1; row >= 0; row -= 1) {
      if (found.size === names.size || lists === MAX_LISTS) return found;
      if (!isAnswer(columns.kind[row])) continue;
      const answersOthers = segment.alsoAnswers(row).length > 0;
      if (!answersOthers && strings.at(columns.method[row] ?? 0) !== 'tools/list') continue;
      if (strings.at(columns.server[row] ?? 0) !== server) continue;
      lists += 1;
      for (const tool of readMessages(reader, { segment, row }).flatMap(({ result }) => listIn(result, 'tools'))) {
        const name = isRecord(tool) ? textIn(tool, 'name') : undefined;
        if (isRecord(tool) && name !== undefined && names.has(name) && !found.has(name))
          found.set(name, { name, tool, seq: firstSeq + row });
      }
    }
  }
  return found;
}

function isAnswer(kind: number | undefined): boolean {
  return kind === kinds.encode('response') || kind === kinds.encode('error');
}

/** What an entry answers; of a batch as many as are reported on, whose order is the same but for the first. */
function requestsOf(reader: TrafficReader, { segment, row }: Place): Rpc[] {
  const others = segment.alsoAnswers(row).slice(0, MAX_REPORTED);
  const places = [pairedWith(segment, row), ...others].map((seq) => reader.place(seq ?? 0));
  return places.filter((place) => place !== undefined).flatMap((place) => readMessages(reader, place));
}

/** @param isAlone it is no part of a batch, in which there may be answers to nothing */
function requestAmong(requests: readonly Rpc[], rpc: Rpc, isAlone: boolean): Rpc | undefined {
  if (rpc.method !== undefined) return undefined;
  // An error may have no id; what answers one request alone answers that one.
  return isAlone && requests.length === 1 ? requests[0] : requests.find(({ id }) => String(id) === String(rpc.id));
}

/** As it was sent: a mask would break a pattern, and what is said of it names no values. */
function readMessages(reader: TrafficReader, place: Place): Rpc[] {
  if ((place.segment.columns.length[place.row] ?? 0) > MAX_BYTES) return [];
  const value = parseJson(reader.revealing.jsonText(place) ?? '');
  const values = Array.isArray(value) ? value.slice(0, MAX_BATCH) : [value];
  return values.filter(looksLikeRpc).map(readRpc);
}
