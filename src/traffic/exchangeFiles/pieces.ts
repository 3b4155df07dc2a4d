import type { TimeSlices } from './timeSlices.ts';

/** UTF-16 units after which what there is goes out. */
const PIECE_LENGTH = 64 * 1024;

/**
 * Joins texts, made one by one, to pieces of some 64 KB that are worth writing; others have their turn in between, and before that when the texts
 * take long.
 * @param onPiece hears how many of the texts have gone out
 */
export async function* inPieces(
  texts: Iterable<string>,
  slices: TimeSlices,
  onPiece: (done: number) => void,
): AsyncGenerator<string, void, undefined> {
  let piece = '';
  let done = 0;
  for (const text of texts) {
    piece += text;
    done += 1;
    if (piece.length < PIECE_LENGTH) {
      if (slices.isOver) await slices.pause();
      continue;
    }
    yield piece;
    piece = '';
    onPiece(done);
    await slices.pause();
  }
  await slices.pause();
  yield piece;
  onPiece(done);
}
