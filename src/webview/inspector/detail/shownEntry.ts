import type { RelatedGroup, SchemaReport, TrafficDetail } from '../../../messages/inspector.ts';
import type { JsonPath } from '../../shared/jsonPath.ts';
import { JsonTree } from '../../shared/jsonTree.ts';
import { JsonTreeView } from '../../shared/jsonTreeView.ts';
import type { InspectorChannel } from '../trafficList.ts';
import { HostBytes } from './byteSource.ts';
import { EventsView } from './eventsView.ts';
import { HexView } from './hexView.ts';
import { Lazy } from './lazy.ts';
import { PreviewPane } from './previewPane.ts';

/** A report with its schema as a tree that can be opened. */
export interface ShownReport extends SchemaReport {
  tree: JsonTree | undefined;
  treeView: JsonTreeView;
}

export interface EntryHandlers {
  redraw: () => void;
  /** Puts text on the clipboard and says that it is there. */
  copy: (text: string, said?: string) => void;
  fail: (message: string) => void;
}

/** Where content is that somebody wants to see first. */
const contentPlaces: readonly JsonPath[] = [
  ['result', 'content', 0],
  ['result', 'contents', 0],
  ['result', 'messages', 0, 'content'],
];

/** One entry with what its tabs hold: fetched when a tab is looked at, and gone with the entry. */
export class ShownEntry {
  readonly detail: TrafficDetail;
  readonly tree: JsonTree | undefined;
  /** The row of the tree's first content block, where there is one. */
  readonly firstContent: string | undefined;
  readonly preview: PreviewPane;
  readonly hex: HexView;
  readonly events: EventsView;
  readonly schema: Lazy<readonly ShownReport[]>;
  readonly related: Lazy<readonly RelatedGroup[]>;
  readonly #handlers: EntryHandlers;

  /** @param previous the entry shown before: where it belongs to the same stream, its events stay */
  constructor(
    detail: TrafficDetail,
    channel: InspectorChannel,
    handlers: EntryHandlers,
    previous: ShownEntry | undefined,
  ) {
    const { seq } = detail;
    const { redraw } = handlers;
    this.detail = detail;
    this.#handlers = handlers;
    this.tree = detail.json === undefined ? undefined : JsonTree.parse(detail.json);
    this.firstContent = contentPlaces.map((place) => this.tree?.reveal(place)).find((id) => id !== undefined);
    const hexHandlers = { redraw, copy: (text: string) => this.copy(text), fail: handlers.fail };
    this.preview = new PreviewPane(hexHandlers);
    const askBytes = async (start: number, count: number): Promise<Uint8Array> =>
      (await channel.request({ type: 'bytes', seq, start, count })).bytes;
    this.hex = new HexView(new HostBytes(detail.byteLength, detail.chunkStarts, askBytes, redraw), hexHandlers);
    this.events = EventsView.for(detail, channel, redraw, previous?.events);
    this.schema = new Lazy(async () => {
      const { reports } = await channel.request({ type: 'schema', seq });
      return reports.map((report) => ({
        ...report,
        tree: report.schema === undefined ? undefined : JsonTree.parse(report.schema),
        treeView: new JsonTreeView(redraw),
      }));
    }, redraw);
    this.related = new Lazy(async () => (await channel.request({ type: 'related', seq })).groups, redraw);
  }

  /** @param said what is told when it is on the clipboard */
  copy(text: string, said?: string): void {
    this.#handlers.copy(text, said);
  }
}
