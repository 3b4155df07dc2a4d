/** What Markdown, its tables, formulas and HTML could read as markup. */
const MARKUP = /[\\`*_{}[\]<>#|~$&!]/g;
/** Control, bidi and other invisible characters; the two joiners stay, since scripts and emoji need them. */
const INVISIBLE = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Co}\p{Cs}]/gu;
/** What makes a line a list, a heading or a rule. */
const LINE_START = /^(?:[-+=](?=[-+=\s]|$)|\d{1,9}(?=[.)]))/;

/** Text of a stranger on one line, as the text that it is. */
export function escaped(text: string): string {
  const line = text.replace(/\s+/g, ' ').replace(INVISIBLE, '').trim();
  return line
    .replace(MARKUP, String.raw`\$&`)
    .replace(LINE_START, (start) => (/\d/.test(start) ? `${start}\\` : `\\${start}`));
}

/** Text of a stranger with its lines and paragraphs. */
export function block(text: string): string {
  const paragraphs = text.split(/(?:\r?\n[^\S\n]*){2,}/);
  const lines = paragraphs.map((paragraph) =>
    paragraph
      .split(/\r?\n/)
      .map(escaped)
      .filter((line) => line !== ''),
  );
  return lines
    .map((paragraph) => paragraph.join('  \n'))
    .filter((paragraph) => paragraph !== '')
    .join('\n\n');
}

/** The name of a field as a heading: `position_title` is "Position title". */
export function label(name: string): string {
  const words = name.slice(0, 100).replace(/[_-]+/g, ' ').trim();
  return escaped(words.slice(0, 1).toUpperCase() + words.slice(1));
}

/** A link, where it leads to a page of the web; paths are LinkedIn's. Else its text alone. */
export function link(address: string, text: string): string {
  const url = URL.parse(address, 'https://www.linkedin.com/');
  if (url === null || !['http:', 'https:'].includes(url.protocol)) return escaped(text);
  const href = url.href.replace(/[<>\\\s]/g, encodeURIComponent);
  return text === href ? `<${href}>` : `[${escaped(text)}](<${href}>)`;
}
