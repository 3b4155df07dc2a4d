import type { Presenter } from '../presenter.ts';
import type { Segments } from '../segments.ts';
import { entryLine, headerLine } from './entryLine.ts';
import { type ExportOptions, presenterFor } from './exportOptions.ts';
import { inPieces } from './pieces.ts';
import { Selection } from './selection.ts';
import { TimeSlices } from './timeSlices.ts';

/**
 * Writes entries as they are at this moment as a `*.mcptraffic` file, in pieces of some 64 KB or one larger entry: that much is in memory beside the
 * entries, which stay even if the log drops them meanwhile. A file of the same entries that is read in again is exported as the same bytes.
 */
export async function* exportJsonl(log: Segments, options: ExportOptions): AsyncGenerator<string, void, undefined> {
  const slices = new TimeSlices(options.signal);
  const selection = await Selection.of(log, options, slices);
  const total = selection.count + 1;
  yield* inPieces(linesOf(selection, presenterFor(options)), slices, (done) => options.onProgress?.(done / total));
}

function* linesOf(selection: Selection, presenter: Presenter): Generator<string> {
  yield headerLine();
  for (const place of selection.places()) yield entryLine(place, presenter, selection.numberOf);
}
