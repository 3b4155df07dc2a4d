/** The part of Markdown that servers write, read into plain data; whatever is not understood stays the text that it is. */
export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'strong' | 'emphasis' | 'strike'; inside: readonly Inline[] }
  /** Shown and never followed; an image is shown as its description. */
  | { kind: 'link' | 'image'; text: string; url: string };

export type Block =
  | { kind: 'heading'; level: number; inside: readonly Inline[] }
  | { kind: 'paragraph' | 'quote'; inside: readonly Inline[] }
  | { kind: 'code'; text: string }
  | { kind: 'table'; rows: readonly (readonly (readonly Inline[])[])[] }
  /** `depth` from 0; `mark` is what stands before it, a bullet or a number. */
  | { kind: 'item'; depth: number; mark: string; inside: readonly Inline[] }
  | { kind: 'rule' };

const fence = /^\s{0,3}(`{3,}|~{3,})/;
const heading = /^\s{0,3}(#{1,6})\s+(\S.*)$/;
const rule = /^\s{0,3}(?:(?:-\s*){3,}|(?:\*\s*){3,}|(?:_\s*){3,})$/;
const item = /^(\s{0,40})([-*+]|\d{1,9}[.)])\s+(.*)$/;
const quote = /^\s{0,3}>\s?(.*)$/;
const tableRule = /^\s{0,3}\|?[\s:|-]{3,500}$/;

/** Deepest list that is moved in further. */
const DEEPEST = 6;
/** Characters of a line that patterns are tried on; a longer one is an ordinary paragraph. */
const LONGEST_LINE = 10_000;

export function parseMarkdown(text: string): Block[] {
  const lines = text.split(/\r\n|\r|\n/);
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const endParagraph = (): void => {
    if (paragraph.length > 0) blocks.push({ kind: 'paragraph', inside: parseInline(paragraph.join('\n')) });
    paragraph = [];
  };
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const opening = fence.exec(line)?.[1];
    if (opening !== undefined) {
      endParagraph();
      const from = at + 1;
      at += 1;
      while (at < lines.length && !isClosing(lines[at] ?? '', opening)) at += 1;
      blocks.push({ kind: 'code', text: lines.slice(from, at).join('\n') });
    } else if (line.includes('|') && (lines[at + 1] ?? '').includes('-') && isTableRule(lines[at + 1] ?? '')) {
      endParagraph();
      const rows = [cells(line)];
      at += 1;
      while ((lines[at + 1] ?? '').includes('|')) rows.push(cells(lines[(at += 1)] ?? ''));
      blocks.push({ kind: 'table', rows });
    } else {
      const block = line.length > LONGEST_LINE ? undefined : lineBlock(line);
      if (block !== undefined || line.trim() === '') endParagraph();
      if (block !== undefined) blocks.push(block);
      else if (line.trim() !== '') paragraph.push(line);
    }
  }
  endParagraph();
  return blocks;
}

function isClosing(line: string, opening: string): boolean {
  return line.trim().startsWith(opening) && line.trim().replaceAll(opening.charAt(0), '') === '';
}

function isTableRule(line: string): boolean {
  return line.includes('|') && tableRule.test(line);
}

function cells(line: string): Inline[][] {
  const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '');
  return inner.split('|').map((cell) => parseInline(cell.trim()));
}

function lineBlock(line: string): Block | undefined {
  const head = heading.exec(line);
  if (head !== null)
    return {
      kind: 'heading',
      level: head[1]?.length ?? 1,
      inside: parseInline((head[2] ?? '').replace(/\s#+\s*$/, '')),
    };
  if (rule.test(line)) return { kind: 'rule' };
  const entry = item.exec(line);
  if (entry !== null) {
    const [, indent = '', mark = '', text = ''] = entry;
    const depth = Math.min(DEEPEST, Math.floor(indent.replaceAll('\t', '    ').length / 2));
    return { kind: 'item', depth, mark: /\d/.test(mark) ? mark : '•', inside: parseInline(text) };
  }
  const quoted = quote.exec(line);
  return quoted === null ? undefined : { kind: 'quote', inside: parseInline(quoted[1] ?? '') };
}

/** How far ahead the end of something is looked for, so that many beginnings without an end take no time. */
const REACH = 1000;
const NESTING = 3;
const marks = [
  ['**', 'strong'],
  ['__', 'strong'],
  ['~~', 'strike'],
  ['*', 'emphasis'],
  ['_', 'emphasis'],
] as const;

/** Reads what stands in a line; marks without an end are text. */
export function parseInline(text: string, nesting = NESTING): Inline[] {
  const found: Inline[] = [];
  let plain = '';
  const add = (inline: Inline): void => {
    if (plain !== '') found.push({ kind: 'text', text: plain });
    plain = '';
    found.push(inline);
  };
  for (let at = 0; at < text.length;) {
    const special = specialAt(text, at, nesting);
    if (special === undefined) {
      const isEscape = text[at] === '\\' && /[!-/:-@[-`{-~]/.test(text.charAt(at + 1));
      plain += text.charAt(isEscape ? at + 1 : at);
      at += isEscape ? 2 : 1;
    } else {
      add(special.inline);
      at = special.end;
    }
  }
  if (plain !== '') found.push({ kind: 'text', text: plain });
  return found;
}

function specialAt(text: string, at: number, nesting: number): { inline: Inline; end: number } | undefined {
  const character = text[at];
  if (character === '`') return codeAt(text, at);
  if (character === '[' || (character === '!' && text[at + 1] === '[')) return linkAt(text, at);
  if (nesting === 0 || (character !== '*' && character !== '_' && character !== '~')) return undefined;
  const mark = marks.find(([sign]) => text.startsWith(sign, at));
  if (mark === undefined) return undefined;
  const [sign, kind] = mark;
  const from = at + sign.length;
  // An underscore inside a word is part of its name.
  if (sign.startsWith('_') && /\w/.test(text.charAt(at - 1))) return undefined;
  const inner = textUntil(text, from, sign);
  if (inner === undefined || inner.trim() !== inner || inner === '') return undefined;
  return { inline: { kind, inside: parseInline(inner, nesting - 1) }, end: from + inner.length + sign.length };
}

function codeAt(text: string, at: number): { inline: Inline; end: number } | undefined {
  let length = 1;
  while (text[at + length] === '`' && length < 10) length += 1;
  const inner = textUntil(text, at + length, '`'.repeat(length));
  if (inner === undefined) return undefined;
  return { inline: { kind: 'code', text: inner.trim() }, end: at + inner.length + length * 2 };
}

function linkAt(text: string, at: number): { inline: Inline; end: number } | undefined {
  const isImage = text[at] === '!';
  const from = at + (isImage ? 2 : 1);
  const label = textUntil(text, from, '](');
  if (label === undefined || label.includes('[')) return undefined;
  const url = textUntil(text, from + label.length + 2, ')');
  if (url === undefined || url.includes('\n')) return undefined;
  return { inline: { kind: isImage ? 'image' : 'link', text: label, url }, end: from + label.length + url.length + 3 };
}

/** What stands before the next `end`, when that is within reach. */
function textUntil(text: string, from: number, end: string): string | undefined {
  const inReach = text.slice(from, from + REACH);
  const length = inReach.indexOf(end);
  return length < 0 ? undefined : inReach.slice(0, length);
}
