/** The layout of a hex view, in characters: sixteen bytes a row, in two halves. */
export const ROW_BYTES = 16;
const HALF = ROW_BYTES / 2;
/** Characters of the byte column: two digits and a space each, one space more in the middle. */
export const HEX_COLUMNS = ROW_BYTES * 3;

/** Bytes of a row that look alike, and what stands before them. */
export interface HexRun {
  /** Spaces between the run before and this one. */
  gap: string;
  hex: string;
  text: string;
  isSelected: boolean;
  isCursor: boolean;
  /** Another read from the socket began with its first byte. */
  isChunkStart: boolean;
}

/** What is special about a row's bytes; positions count from the row's first byte, `selection` may reach beyond it. */
export interface HexMarks {
  selection: { from: number; to: number };
  cursor: number;
  chunkStarts: ReadonlySet<number>;
}

/** A row as runs of bytes, so that sixteen bytes take few elements. */
export function hexRuns(bytes: Uint8Array, { selection, cursor, chunkStarts }: HexMarks): HexRun[] {
  const runs: HexRun[] = [];
  let last: HexRun | undefined;
  bytes.forEach((byte, index) => {
    const gap = index === 0 ? '' : index === HALF ? '  ' : ' ';
    const isSelected = index >= selection.from && index < selection.to;
    const isCursor = index === cursor;
    const isChunkStart = chunkStarts.has(index);
    if (last !== undefined && !isChunkStart && last.isSelected === isSelected && !last.isCursor && !isCursor) {
      last.hex += gap + hexByte(byte);
      last.text += byteText(byte);
      return;
    }
    last = { gap, hex: hexByte(byte), text: byteText(byte), isSelected, isCursor, isChunkStart };
    runs.push(last);
  });
  return runs;
}

export function hexByte(byte: number): string {
  return byte.toString(16).padStart(2, '0');
}

/** Eight digits, so that all rows line up; no recording has bodies of four gigabytes. */
export function hexOffset(offset: number): string {
  return offset.toString(16).padStart(8, '0');
}

/** ASCII that can be seen, as it is; everything else as a dot. */
function byteText(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
}

/** Which byte of a row stands at a character of the byte column. */
export function byteAtColumn(column: number): number {
  const inHalves = column >= HALF * 3 ? column - 1 : column;
  return Math.max(0, Math.min(ROW_BYTES - 1, Math.floor(inHalves / 3)));
}

/** An offset as somebody types it, `31`, `0x1f` or `1fh`; nothing where it is none. */
export function parseOffset(text: string): number | undefined {
  const match = /^\s*(?:0x([0-9a-f]{1,12})|([0-9a-f]{1,12})h|([0-9]{1,15}))\s*$/i.exec(text);
  if (match === null) return undefined;
  const hex = match[1] ?? match[2];
  return hex === undefined ? Number(match[3]) : Number.parseInt(hex, 16);
}

/** Where a key moves the cursor among `length` bytes; nothing when the key is not for that. `page` is in rows. */
export function moveCursor(
  { key, ctrlKey, metaKey }: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey'>,
  cursor: number,
  length: number,
  page: number,
): number | undefined {
  const target = targetOf(key, ctrlKey || metaKey, cursor, length, page);
  return target === undefined ? undefined : Math.max(0, Math.min(length - 1, target));
}

function targetOf(key: string, all: boolean, cursor: number, length: number, page: number): number | undefined {
  const column = cursor % ROW_BYTES;
  switch (key) {
    case 'ArrowLeft':
      return cursor - 1;
    case 'ArrowRight':
      return cursor + 1;
    case 'ArrowUp':
      return cursor < ROW_BYTES ? cursor : cursor - ROW_BYTES;
    case 'ArrowDown':
      return cursor + ROW_BYTES < length ? cursor + ROW_BYTES : cursor;
    case 'PageUp':
      return Math.max(column, cursor - page * ROW_BYTES);
    case 'PageDown':
      return cursor + page * ROW_BYTES;
    case 'Home':
      return all ? 0 : cursor - column;
    case 'End':
      return all ? length - 1 : cursor - column + ROW_BYTES - 1;
    default:
      return undefined;
  }
}
