/** OSC and CSI sequences of terminals, whole, so that no remains of them are shown. */
// eslint-disable-next-line no-control-regex -- control characters are what it looks for
const terminalSequences = /\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b\[[0-?]*[ -/]*[@-~]/g;
/** Line breaks and tabs become one space each: a label has one line. */
const spacing = /[\t\n\v\f\r\u0085\u2028\u2029]+/g;
/** Control, bidi, tag and other invisible characters; the two joiners stay, since scripts and emoji need them. */
const invisible = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;

/**
 * Text from a server made fit for a label: one line, nothing invisible that could reorder or disguise it,
 * at most `longest` UTF-16 units, the last of them an ellipsis where it was cut.
 */
export function displayText(text: string, longest = 1000): string {
  // Cut first, generously: stripping a name of ten megabytes to show forty letters of it would be felt.
  const clean = text
    .slice(0, longest * 4 + 1000)
    .replace(terminalSequences, '')
    .replace(spacing, ' ')
    .replace(invisible, '')
    .trim();
  if (clean.length <= longest) return clean;
  return `${clean.slice(0, longest - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

/**
 * Display text that VS Code shows as it is: `[x](command:…)` in a notification would be a link that runs a command, `$(name)` in a label
 * an icon. A word joiner (U+2060), which nobody sees, stands in between; they are not counted in `longest`.
 */
export function plainMessage(text: string, longest = 1000): string {
  return displayText(text, longest).replace(/(?<=[\]$])(?=\()/g, '\u2060');
}
