/** Makes a test of whether a whole text is like the pattern, in which `*` stands for any text; without regard to case. */
export function likeWhole(pattern: string): (text: string | undefined) => boolean {
  const pieces = pattern.toLowerCase().split('*');
  return (text) => text !== undefined && matchesWhole(pieces, text.toLowerCase());
}

/** The same for a part of the text. */
export function likePart(pattern: string): (text: string | undefined) => boolean {
  const pieces = pattern.toLowerCase().split('*');
  return (text) => text !== undefined && findPieces(pieces, text.toLowerCase(), 0) !== -1;
}

/** Compares by part, or the whole where the pattern begins with `=`. */
export function likeName(pattern: string): (text: string | undefined) => boolean {
  return pattern.startsWith('=') ? likeWhole(pattern.slice(1)) : likePart(pattern);
}

function matchesWhole(pieces: readonly string[], text: string): boolean {
  const first = pieces[0] ?? '';
  if (pieces.length === 1) return text === first;
  const last = pieces.at(-1) ?? '';
  if (!text.startsWith(first) || !text.endsWith(last)) return false;
  const end = findPieces(pieces.slice(1, -1), text, first.length);
  return end !== -1 && end <= text.length - last.length;
}

/** Finds the pieces one behind the other, each as early as can be, which no backtracking could better. Returns where the last ends, or -1. */
function findPieces(pieces: readonly string[], text: string, from: number): number {
  let position = from;
  for (const piece of pieces) {
    const found = text.indexOf(piece, position);
    if (found === -1) return -1;
    position = found + piece.length;
  }
  return position;
}
