import { indentJson } from '../../base/indentJson.ts';
import { type JsonPath, pathStep } from './jsonPath.ts';
import { endOfValue, isJson, type JsonKind, kindAt, membersAt, skipSpace, valueOfMember } from './jsonScan.ts';

/** Members shown below one another; more are put into slices of this many, slices of slices if need be. */
export const SLICE = 100;
/** UTF-16 units of a string that are shown unasked. */
export const SHORT_STRING = 200;
/** UTF-16 units of a string that are shown when all of it is asked for: a longer one would hold up the page while it is laid out. */
const LONGEST_STRING = 50_000;
/** Rows that a tree shows before anybody opened anything. */
const FIRST_ROWS = 60;
/** Characters that are read to find these; deep inside a long text, every level is read once more. */
const FIRST_READ = 4_000_000;

/** One line of the tree. */
export interface JsonRow {
  /** Stays the same as long as the text does. */
  id: string;
  /** Where its value begins in the text; of a slice, where the whole container does. */
  at: number;
  /** 1 for the root. */
  level: number;
  /** Key or index in its parent, `[100 … 199]` for a slice; the root has none. */
  label?: string;
  labelKind?: 'key' | 'index' | 'slice';
  kind: JsonKind;
  /** The value as it stands in the text, for what has no members; a long string is cut. */
  text?: string;
  /** UTF-16 units of the whole string, when `text` was cut. */
  fullLength?: number;
  /** How many members it has, for objects, arrays and slices. */
  size?: number;
  /** Of a slice alone: members from `from` to before `to`. */
  slice?: { from: number; to: number };
  /** Only for what has members. */
  expanded?: boolean;
  /** Its place among its siblings, from 1, and their number. */
  position: number;
  siblings: number;
}

interface Node {
  id: string;
  level: number;
  label?: string;
  labelKind?: 'key' | 'index' | 'slice';
  /** Where its value, or the container that it is a slice of, begins. */
  at: number;
  /** Only of a slice: members from `from` to before `to`. */
  slice?: { from: number; to: number };
  position: number;
  siblings: number;
}

/** A JSON text as a tree that is read only where it is open. */
export class JsonTree {
  readonly #text: string;
  readonly #root: number;
  readonly #expanded = new Set<string>();
  readonly #uncut = new Set<string>();
  /** Positions of members by container; an entry per container that was ever open, so no more than the text has brackets. */
  readonly #members = new Map<number, number[]>();
  #rows: JsonRow[] | undefined;

  private constructor(text: string) {
    this.#text = text;
    this.#root = skipSpace(text, 0);
  }

  /** Nothing when the text is not JSON. What fits a first look is open already. */
  static parse(text: string): JsonTree | undefined {
    if (!isJson(text)) return undefined;
    const tree = new JsonTree(text);
    tree.#openFirst();
    return tree;
  }

  /** The visible lines from top to bottom; the same array until something opens or closes. */
  rows(): readonly JsonRow[] {
    return (this.#rows ??= this.#visibleRows());
  }

  #visibleRows(): JsonRow[] {
    const rows: JsonRow[] = [];
    const pending: Node[] = [this.#rootNode()];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      rows.push(this.#row(node));
      if (this.#expanded.has(node.id)) pending.push(...this.#children(node).toReversed());
    }
    return rows;
  }

  setExpanded(id: string, expanded: boolean): void {
    this.#rows = undefined;
    if (expanded) this.#expanded.add(id);
    else this.#expanded.delete(id);
  }

  /** Shows all of a string that was cut, or very much of it. */
  showAll(id: string): void {
    this.#rows = undefined;
    this.#uncut.add(id);
  }

  /** Where a visible row's value stands; slices are no step of a path. */
  path(row: JsonRow): JsonPath {
    const rows = this.rows();
    const steps: (string | number)[] = [];
    let level = row.level + 1;
    for (let index = rows.indexOf(row); index > 0; index -= 1) {
      const above = rows[index];
      if (above === undefined || above.level >= level) continue;
      level = above.level;
      if (above.labelKind === 'key') steps.unshift(pathStep(above.label ?? ''));
      if (above.labelKind === 'index') steps.unshift(Number(above.label));
    }
    return steps;
  }

  /** Opens all that is above the value at a path and gives its row's id; nothing where there is no such value. */
  reveal(path: JsonPath): string | undefined {
    let node = this.#rootNode();
    const above: string[] = [];
    for (const step of path) {
      const index = this.#indexOf(node.at, step);
      if (index === undefined) return undefined;
      do {
        above.push(node.id);
        const inside = this.#children(node).find(({ position, slice }) =>
          slice === undefined ? position === index + 1 : slice.from <= index && index < slice.to,
        );
        if (inside === undefined) return undefined;
        node = inside;
      } while (node.slice !== undefined);
    }
    for (const id of above) this.setExpanded(id, true);
    return node.id;
  }

  /** Where the value of an object's member begins; nothing where it has no such member, or is no object. */
  member(at: number, key: string): number | undefined {
    const index = this.#indexOf(at, key);
    const member = index === undefined ? undefined : this.#membersOf(at)[index];
    return member === undefined ? undefined : valueOfMember(this.#text, member);
  }

  /** The contents of the string that begins at a position; nothing where there is no string. */
  string(at: number): string | undefined {
    if (kindAt(this.#text, at) !== 'string') return undefined;
    return String(JSON.parse(this.#text.slice(at, endOfValue(this.#text, at))));
  }

  /** What somebody who copies a value wants: the contents of a string, the JSON of everything else. */
  copyText({ at, slice }: JsonRow): string {
    if (slice === undefined) return this.string(at) ?? indentJson(this.#text.slice(at, endOfValue(this.#text, at)));
    const members = this.#membersOf(at);
    const [first, last] = [members[slice.from] ?? at, members[slice.to - 1] ?? at];
    const isArray = this.#text[at] === '[';
    const end = endOfValue(this.#text, isArray ? last : valueOfMember(this.#text, last));
    const inner = this.#text.slice(first, end);
    return indentJson(isArray ? `[${inner}]` : `{${inner}}`);
  }

  /** Which member of the container at a position a step leads to. */
  #indexOf(at: number, step: string | number): number | undefined {
    const kind = kindAt(this.#text, at);
    if (typeof step === 'number') return kind === 'array' && step < this.#membersOf(at).length ? step : undefined;
    if (kind !== 'object') return undefined;
    const index = this.#membersOf(at).findIndex((member) => this.#keyAt(member) === step);
    return index < 0 ? undefined : index;
  }

  #keyAt(member: number): string {
    return pathStep(this.#text.slice(member + 1, endOfValue(this.#text, member) - 1));
  }

  #openFirst(): void {
    // Level by level, so that the first look shows the outline and not the depths of the first member.
    const pending: Node[] = [this.#rootNode()];
    let rows = 1;
    let read = 0;
    for (let next = 0; next < pending.length; next += 1) {
      const node = pending[next];
      if (node === undefined || read > FIRST_READ || !this.#isContainer(node)) continue;
      const children = this.#children(node);
      read += (children.at(-1)?.at ?? node.at) - node.at;
      if (node.level > 1 && rows + children.length > FIRST_ROWS) continue;
      rows += children.length;
      this.#expanded.add(node.id);
      if (children.every((child) => child.slice === undefined)) pending.push(...children);
    }
  }

  #rootNode(): Node {
    return { id: '$', level: 1, at: this.#root, position: 1, siblings: 1 };
  }

  #isContainer(node: Node): boolean {
    const kind = kindAt(this.#text, node.at);
    return (kind === 'object' || kind === 'array') && this.#memberCount(node) > 0;
  }

  #memberCount(node: Node): number {
    return node.slice === undefined ? this.#membersOf(node.at).length : node.slice.to - node.slice.from;
  }

  #membersOf(at: number): number[] {
    let members = this.#members.get(at);
    if (members === undefined) this.#members.set(at, (members = membersAt(this.#text, at)));
    return members;
  }

  #children(node: Node): Node[] {
    const members = this.#membersOf(node.at);
    const { from, to } = node.slice ?? { from: 0, to: members.length };
    const level = node.level + 1;
    if (to - from <= SLICE) {
      return members.slice(from, to).map((member, index) => {
        const place = { level, position: from + index + 1, siblings: members.length };
        if (this.#text[node.at] === '[') {
          const label = String(from + index);
          return { ...place, id: String(member), label, labelKind: 'index', at: member };
        }
        const label = this.#text.slice(member + 1, endOfValue(this.#text, member) - 1);
        return { ...place, id: String(member), label, labelKind: 'key', at: valueOfMember(this.#text, member) };
      });
    }
    let step = SLICE;
    while ((to - from) / step > SLICE) step *= SLICE;
    const siblings = Math.ceil((to - from) / step);
    return Array.from({ length: siblings }, (_, index) => {
      const slice = { from: from + index * step, to: Math.min(to, from + (index + 1) * step) };
      const label = `[${slice.from} … ${slice.to - 1}]`;
      const id = `${node.at}:${slice.from}-${slice.to}`;
      return { id, level, label, labelKind: 'slice', at: node.at, slice, position: index + 1, siblings };
    });
  }

  #row(node: Node): JsonRow {
    const { id, level, position, siblings } = node;
    const kind = kindAt(this.#text, node.at);
    const row: JsonRow = { id, at: node.at, level, kind, position, siblings };
    if (node.label !== undefined) row.label = node.label;
    if (node.labelKind !== undefined) row.labelKind = node.labelKind;
    if (node.slice !== undefined) row.slice = node.slice;
    if (kind === 'object' || kind === 'array') {
      row.size = this.#memberCount(node);
      if (row.size > 0) row.expanded = this.#expanded.has(id);
      return row;
    }
    const end = endOfValue(this.#text, node.at);
    const length = end - node.at;
    const shown = this.#uncut.has(id) ? LONGEST_STRING : SHORT_STRING;
    row.text = this.#text.slice(node.at, kind === 'string' ? Math.min(end, node.at + shown) : end);
    if (row.text.length < length) row.fullLength = length - 2;
    return row;
  }
}
