const LF = 0x0a;
const CR = 0x0d;
/** Bytes before the data line in which an ordinary event names itself; one that takes more is read by the library. */
const MAX_HEAD_BYTES = 4096;

/** An event with one line of data, which is all but a few of its bytes. */
export interface LargeEvent {
  /** The lines before the data, each with its end. */
  head: string;
  data: Uint8Array;
}

/** Finds the data of a large event without decoding it; undefined where the event is written in any other way than servers write it. */
export function readLargeEvent(block: Uint8Array): LargeEvent | undefined {
  const start = Buffer.from(block.subarray(0, MAX_HEAD_BYTES)).toString('latin1');
  const [all, head = ''] = /^((?:(?:event: ?message|id:[^\r\n]*|retry: ?\d+)\r?\n)*)data: ?/.exec(start) ?? [];
  if (all === undefined) return undefined;
  const end = block.indexOf(LF, all.length);
  if (end === -1) return undefined;
  for (const byte of block.subarray(end)) if (byte !== LF && byte !== CR) return undefined;
  const last = block[end - 1] === CR ? end - 1 : end;
  return { head, data: block.subarray(all.length, last) };
}
