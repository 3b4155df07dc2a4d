import { t } from '@vscode/l10n';
import { isRecord } from './configuration.ts';
import type { Identity } from './identity.ts';
import { block, escaped, label, link } from './markdown.ts';
import { sectionErrors, unwrapped } from './results.ts';

/** UTF-16 units of a document; the data has the rest. */
const LONGEST_DOCUMENT = 400_000;
/** Entries of one list, and fields of one entry. */
const MOST_ENTRIES = 200;
/** UTF-16 units of a field that has no heading of its own. */
const SHORT = 200;
/** Levels of nesting that are written out. */
const DEEPEST = 4;

const HANDLED = new Set(['name', 'full_name', 'url', 'linkedin_url', 'sections', 'references', 'section_errors']);
/** Fields by which an entry of a list is known, the most telling first. */
const TITLES = ['position_title', 'title', 'name', 'degree', 'institution_name', 'company_name', 'company'];

/** A page of LinkedIn as Markdown for people to read; whatever stands in the data is text there, never markup. */
export function pageDocument(identity: Identity, data: unknown): string {
  const page = unwrapped(data);
  const parts = [`# ${titleOf(page, identity)}`, link(identity.url, identity.url), ...bodyOf(page, data)];
  const text = `${parts.filter((part) => part !== '').join('\n\n')}\n`;
  return text.length <= LONGEST_DOCUMENT ? text : `${text.slice(0, LONGEST_DOCUMENT)}…\n`;
}

function titleOf(page: unknown, { slug }: Identity): string {
  const found = isRecord(page) ? page : {};
  const names = [found['name'], found['full_name'], [found['first_name'], found['last_name']].filter(isText).join(' ')];
  return escaped((names.find(isText) ?? slug).slice(0, SHORT));
}

function bodyOf(page: unknown, data: unknown): string[] {
  if (!isRecord(page)) return listOf(page).flatMap((entry) => fieldsOf(entry, 2));
  return [
    ...sectionsOf(page),
    ...fieldsOf(
      Object.fromEntries(Object.entries(page).filter(([key]) => !HANDLED.has(key) && !key.startsWith('@'))),
      2,
    ),
    ...missingSections(data),
  ];
}

/** The texts of the page's sections, each with the links that stood in it. */
function sectionsOf({ sections, references }: Readonly<Record<string, unknown>>): string[] {
  const texts = isRecord(sections) ? sections : {};
  const links = isRecord(references) ? references : {};
  const names = [...new Set([...Object.keys(texts), ...Object.keys(links)])].slice(0, MOST_ENTRIES);
  return names.flatMap((name) => {
    const text = block(isText(texts[name]) ? texts[name] : '');
    const list = listOf(links[name]).flatMap(referenceOf).join('\n');
    return text === '' && list === ''
      ? []
      : [`## ${label(name)}`, text, list === '' ? '' : `### ${t('References')}`, list];
  });
}

function referenceOf(reference: unknown): string[] {
  if (!isRecord(reference)) return isText(reference) ? [`- ${escaped(reference.slice(0, SHORT))}`] : [];
  const { url, text, kind, value, context } = reference;
  const name = [text, value, url].find(isText);
  if (name === undefined) return [];
  const shown = isText(url) ? link(url, name.slice(0, SHORT)) : escaped(name.slice(0, SHORT));
  const about = [kind, context].filter(isText).map((part) => escaped(part.slice(0, SHORT)));
  return [`- ${shown}${about.length === 0 ? '' : ` (${about.join(', ')})`}`];
}

/** Short fields as a list, then those that have a heading of their own. */
function fieldsOf(value: unknown, level: number): string[] {
  if (isText(value)) return [block(value)];
  if (!isRecord(value) || level > DEEPEST + 1) return [];
  const entries = Object.entries(value).slice(0, MOST_ENTRIES);
  const short = entries.flatMap(([key, field]) => {
    const text = shortText(field);
    return text === undefined ? [] : [`- **${label(key)}:** ${text}`];
  });
  const long = entries.flatMap(([key, field]) => {
    if (shortText(field) !== undefined || field === null) return [];
    const body = listOf(field).flatMap((entry) => entryOf(entry, level + 1));
    return body.length === 0 ? [] : [`${'#'.repeat(level)} ${label(key)}`, ...body];
  });
  return [short.join('\n'), ...long].filter((part) => part !== '');
}

/** One entry of a list, such as a position or a school. */
function entryOf(entry: unknown, level: number): string[] {
  if (isText(entry)) return [block(entry)];
  if (!isRecord(entry)) return typeof entry === 'number' ? [String(entry)] : [];
  const title = TITLES.find((key) => isText(entry[key]));
  if (title === undefined) return fieldsOf(entry, level);
  const rest = Object.fromEntries(Object.entries(entry).filter(([key]) => key !== title));
  return [`${'#'.repeat(level)} ${escaped(String(entry[title]).slice(0, SHORT))}`, ...fieldsOf(rest, level + 1)];
}

/** A value for one line; undefined for one that needs more room, or is empty. */
function shortText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isText(value) || value.length > SHORT || value.includes('\n')) {
    const texts = Array.isArray(value) && value.length > 0 && value.every(isText) ? value.join(', ') : undefined;
    return texts === undefined || texts.length > SHORT ? undefined : escaped(texts);
  }
  return /^https?:\/\//i.test(value) ? link(value, value) : escaped(value);
}

function missingSections(data: unknown): string[] {
  const lines = [...sectionErrors(data)].map(
    ([name, { text }]) => `- **${label(name)}:** ${escaped(text.slice(0, SHORT))}`,
  );
  return lines.length === 0
    ? []
    : [`## ${t('Sections that could not be read')}`, lines.slice(0, MOST_ENTRIES).join('\n')];
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value.slice(0, MOST_ENTRIES) : [value];
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
