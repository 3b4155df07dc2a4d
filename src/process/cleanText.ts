/**
 * What a terminal would obey instead of print, C0 and C1 spellings alike. Every alternative matches as soon as it has begun, so the
 * time is linear; a string sequence (OSC, DCS, SOS, PM, APC) that never ends swallows the rest of the line, as it would on a terminal.
 */
const SEQUENCES = new RegExp(
  [
    String.raw`(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]?`,
    String.raw`(?:\x1b[\]PX^_]|[\x90\x98\x9d\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x9c|\x1b\\|$|(?=\x1b))`,
    String.raw`\x1b[ -/]*[0-~]?`,
  ].join('|'),
  'g',
);

/** Control characters except the tab, line separators, bidirectional controls, and tag characters, which hide text from people. */
const INVISIBLE = /[^\P{Cc}\t]|[\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]|[\u{e0000}-\u{e007f}]/gu;

/** A line that others wrote, fit for an output channel: nothing in it moves the cursor, reaches the clipboard, reorders or hides text. */
export function cleanText(line: string): string {
  return line.replace(SEQUENCES, '').replace(INVISIBLE, '');
}
