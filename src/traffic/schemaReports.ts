import { t } from '@vscode/l10n';
import { displayText } from '../base/displayText.ts';
import type { Redactor } from '../base/redact.ts';
import { kinds } from './codes.ts';
import { pairedWith } from './segment.ts';
import type { Place } from './segments.ts';
import { isRecord, type JsonObject, listIn, memberOf, objectIn, parseJson, textIn } from './specification/json.ts';
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
const TITLE_LENGTH = 200;

/**
 * Checks one message against the shape that the specification gives its method, and a tool call against the schemas of its tool as the
 * server had listed it last. Empty where it is no message, or one of a method that the specification does not know.
 */
export function schemaReports(reader: TrafficReader, seq: number): SchemaReport[] {
  const place = reader.place(seq);
  const rpc = place === undefined ? undefined : readMessage(reader, place);
  if (place === undefined || rpc === undefined) return [];
  const request = requestOf(reader, place, rpc);
  const method = request?.method ?? rpc.method ?? '';
  const reports = [shapeReport(rpc, request)];
  if (method === 'tools/call') reports.push(toolReport(reader, place, rpc, request ?? rpc));
  return reports.filter((report) => report !== undefined).map((report) => masked(report, reader.redactor));
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
function toolReport(reader: TrafficReader, place: Place, rpc: Rpc, request: Rpc): SchemaReport | undefined {
  const name = textIn(request.params, 'name');
  const key = rpc.kind === 'result' ? 'outputSchema' : 'inputSchema';
  const found = name === undefined || rpc.kind === 'error' ? undefined : findTool(reader, place, name);
  const schema = objectIn(found?.tool, key);
  if (found === undefined || schema === undefined) return undefined;
  const value = rpc.kind === 'result' ? rpc.result?.['structuredContent'] : (rpc.params?.['arguments'] ?? {});
  return {
    title: t('{0} of {1}', key, name ?? ''),
    source: { seq: found.seq },
    schema: reader.redactor.text(JSON.stringify(schema)),
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

/** The tool as it stood in the last list before the entry. */
function findTool(reader: TrafficReader, at: Place, name: string): { tool: JsonObject; seq: number } | undefined {
  const server = at.segment.strings.at(at.segment.columns.server[at.row] ?? 0);
  const before = at.segment.firstSeq + at.row;
  let lists = 0;
  for (const segment of reader.segments.toReversed()) {
    const { columns, strings, firstSeq } = segment;
    for (let row = Math.min(segment.count, before - firstSeq) - 1; row >= 0; row -= 1) {
      if (columns.kind[row] !== kinds.encode('response') || strings.at(columns.method[row] ?? 0) !== 'tools/list')
        continue;
      if (strings.at(columns.server[row] ?? 0) !== server) continue;
      const tools = listIn(readMessage(reader, { segment, row })?.result, 'tools');
      const tool = tools.find((candidate) => memberOf(candidate, 'name') === name);
      if (isRecord(tool)) return { tool, seq: firstSeq + row };
      lists += 1;
      if (lists >= MAX_LISTS) return undefined;
    }
  }
  return undefined;
}

function requestOf(reader: TrafficReader, { segment, row }: Place, rpc: Rpc): Rpc | undefined {
  if (rpc.method !== undefined) return undefined;
  const seq = pairedWith(segment, row);
  const place = seq === undefined ? undefined : reader.place(seq);
  return place === undefined ? undefined : readMessage(reader, place);
}

/** As it was sent: a mask would break a pattern, and what is said of it names no values. */
function readMessage(reader: TrafficReader, place: Place): Rpc | undefined {
  if ((place.segment.columns.length[place.row] ?? 0) > MAX_BYTES) return undefined;
  const value = parseJson(reader.revealing.jsonText(place) ?? '');
  return looksLikeRpc(value) ? readRpc(value) : undefined;
}
