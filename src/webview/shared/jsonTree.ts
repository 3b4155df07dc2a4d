import { endOfValue, isJson, type JsonKind, kindAt, membersAt, skipSpace, valueOfMember } from './jsonScan.ts';

/** Members shown below one another; more are put into slices of this many, slices of slices if need be. */
export const SLICE = 100;
/** UTF-16 units of a string that are shown unasked. */
export const SHORT_STRING = 200;
/** Rows that a tree shows before anybody opened anything. */
const FIRST_ROWS = 60;

/** One line of the tree. */
export interface JsonRow {
  /** Stays the same as long as the text does. */
  id: string;
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

  /** The visible lines from top to bottom. */
  rows(): JsonRow[] {
    const rows: JsonRow[] = [];
    const pending: Node[] = [this.#rootNode()];
    for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
      rows.push(this.#row(node));
      if (this.#expanded.has(node.id)) pending.push(...this.#children(node).toReversed());
    }
    return rows;
  }

  setExpanded(id: string, expanded: boolean): void {
    if (expanded) this.#expanded.add(id);
    else this.#expanded.delete(id);
  }

  /** Shows all of a string that was cut. */
  showAll(id: string): void {
    this.#uncut.add(id);
  }

  #openFirst(): void {
    // Level by level, so that the first look shows the outline and not the depths of the first member.
    const pending: Node[] = [this.#rootNode()];
    let rows = 1;
    for (let next = 0; next < pending.length; next += 1) {
      const node = pending[next];
      if (node === undefined || !this.#isContainer(node)) continue;
      const children = this.#children(node);
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
    const row: JsonRow = { id, level, kind, position, siblings };
    if (node.label !== undefined) row.label = node.label;
    if (node.labelKind !== undefined) row.labelKind = node.labelKind;
    if (kind === 'object' || kind === 'array') {
      row.size = this.#memberCount(node);
      if (row.size > 0) row.expanded = this.#expanded.has(id);
      return row;
    }
    const end = endOfValue(this.#text, node.at);
    const length = end - node.at;
    if (kind === 'string' && length > SHORT_STRING && !this.#uncut.has(id)) {
      row.text = this.#text.slice(node.at, node.at + SHORT_STRING);
      row.fullLength = length - 2;
    } else {
      row.text = this.#text.slice(node.at, end);
    }
    return row;
  }
}
