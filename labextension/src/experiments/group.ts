import type { Column } from './column';
import type { RunTable } from './store-table';
import { spanOf } from './table-order';
import type { Summary } from './view-look';

/** Runs that have a value in common. */
export interface IGroup {
  /** The column that they have in common. */
  readonly key: string;
  /** The value; null for the runs that have none. */
  readonly value: string | null;
  /** What tells it from all other groups. */
  readonly path: string;
  readonly depth: number;
  /** Its runs, in their order. */
  readonly rows: Int32Array;
}

export interface IArrangement {
  readonly groups: readonly string[];
  /** Whether the parts of a run stand below it. */
  readonly nested: boolean;
  /** Paths of groups and ids of runs whose content is hidden. */
  readonly folded: ReadonlySet<string>;
}

const PARENT = 1;
const OPEN = 2;

/** The lines of the table from top to bottom: titles of groups, and runs. */
export class Lines {
  /** The row of each line, or below zero a group. */
  constructor(
    private readonly _refs: Int32Array,
    private readonly _depths: Uint8Array,
    private readonly _marks: Uint8Array,
    readonly groups: readonly IGroup[]
  ) {}

  get length(): number {
    return this._refs.length;
  }

  /** Whether any line stands below another. */
  get isTree(): boolean {
    return this._marks.some(mark => mark > 0);
  }

  /** The row of a line; below zero for the title of a group, and where there is no line. */
  rowAt(line: number): number {
    return this._refs[line] ?? -1;
  }

  groupAt(line: number): IGroup | null {
    const ref = this._refs[line] ?? 0;
    return ref < 0 ? (this.groups[-ref - 1] ?? null) : null;
  }

  depthAt(line: number): number {
    return this._depths[line] ?? 0;
  }

  /** Whether what stands below a line is shown; null if nothing does. */
  isOpenAt(line: number): boolean | null {
    const mark = this._marks[line] ?? 0;
    return mark & PARENT ? (mark & OPEN) > 0 : null;
  }

  /** The line of a row; below zero if it is not shown. */
  lineOf(row: number): number {
    return row < 0 ? -1 : this._refs.indexOf(row);
  }
}

/** Arrange rows in groups and below each other. */
export function arranged(table: RunTable, order: Int32Array, how: IArrangement): Lines {
  const children = how.nested ? childrenOf(table, order) : null;
  if (how.groups.length === 0 && children === null) {
    return new Lines(order, new Uint8Array(0), new Uint8Array(0), []);
  }
  const made = new Making(table, children, how);
  made.groupsOf(order, 0, '');
  return made.lines();
}

class Making {
  constructor(
    private readonly _table: RunTable,
    private readonly _children: Map<number, number[]> | null,
    private readonly _how: IArrangement
  ) {
    _children?.forEach((parts, row) => parts.forEach(part => this._parents.set(part, row)));
  }

  lines(): Lines {
    return new Lines(
      Int32Array.from(this._refs),
      Uint8Array.from(this._depths),
      Uint8Array.from(this._marks),
      this._groups
    );
  }

  groupsOf(rows: Int32Array, depth: number, path: string): void {
    const key = this._how.groups[depth];
    if (key === undefined) {
      const here = this._children && new Set(rows);
      for (const row of rows) {
        if (!here?.has(this._parents.get(row) ?? -1)) {
          this._run(row, depth, rows);
        }
      }
      return;
    }
    for (const [value, members] of split(this._table.column(key), rows)) {
      const group = { key, value, path: `${path}/${key}=${value ?? ''}`, depth, rows: members };
      this._groups.push(group);
      const isOpen = !this._how.folded.has(group.path);
      this._line(-this._groups.length, depth, PARENT | (isOpen ? OPEN : 0));
      if (isOpen) {
        this.groupsOf(members, depth + 1, group.path);
      }
    }
  }

  private _run(row: number, depth: number, among: Int32Array): void {
    const parts = this._children?.get(row);
    const isOpen = !this._how.folded.has(this._table.idAt(row));
    this._line(row, depth, parts ? PARENT | (isOpen ? OPEN : 0) : 0);
    if (parts && isOpen) {
      const here = this._how.groups.length > 0 ? new Set(among) : null;
      for (const part of parts) {
        if (here?.has(part) ?? true) {
          this._run(part, depth + 1, among);
        }
      }
    }
  }

  private _line(ref: number, depth: number, mark: number): void {
    this._refs.push(ref);
    this._depths.push(depth);
    this._marks.push(mark);
  }

  private readonly _parents = new Map<number, number>();
  private readonly _refs: number[] = [];
  private readonly _depths: number[] = [];
  private readonly _marks: number[] = [];
  private readonly _groups: IGroup[] = [];
}

/** Nobody nests deeper; what does, stands beside the others. */
const MOST_DEEP = 12;

/** The parts of each run among these rows, in their order; null if no run is a part of another. */
function childrenOf(table: RunTable, order: Int32Array): Map<number, number[]> | null {
  if (!table.column('parent')?.words?.length) {
    return null;
  }
  const parents = parentsAmong(table, order);
  const children = new Map<number, number[]>();
  order.forEach((row, place) => {
    const parent = parents[place] ?? -1;
    if (parent >= 0) {
      const others = children.get(parent);
      if (others) {
        others.push(row);
      } else {
        children.set(parent, [row]);
      }
    }
  });
  return children.size > 0 ? children : null;
}

/** The parent of each row if it is among them too; runs that are their own ancestors have none, so that none is lost. */
function parentsAmong(table: RunTable, rows: Int32Array): Int32Array {
  const column = table.column('parent');
  const parents = Int32Array.from(column?.words ?? [], id => table.rowOf(id));
  const codes = column?.codes() ?? new Int32Array(0);
  const here = new Set(rows);
  const above = (row: number): number => {
    const parent = parents[codes[row] ?? -1] ?? -1;
    return parent !== row && here.has(parent) ? parent : -1;
  };
  return rows.map(row => {
    let [ancestor, depth] = [above(row), 0];
    while (ancestor >= 0 && depth <= MOST_DEEP) {
      ancestor = above(ancestor);
      depth += 1;
    }
    return depth <= MOST_DEEP ? above(row) : -1;
  });
}

/** Part rows by a column; the part of the first row comes first, rows without a value come last. */
function split(column: Column | null, rows: Int32Array): [string | null, Int32Array][] {
  const parts = new Map<string | null, number[]>();
  for (const row of rows) {
    const value = column?.at(row) ?? null;
    const key = value === null ? null : String(value);
    const part = parts.get(key);
    if (part) {
      part.push(row);
    } else {
      parts.set(key, [row]);
    }
  }
  const found = [...parts].map(([value, part]): [string | null, Int32Array] => [
    value,
    Int32Array.from(part)
  ]);
  return found.sort(([a], [b]) => Number(a === null) - Number(b === null));
}

/** What a group has in a column: a number for numbers, else the value in common or how many there are. */
export type GroupValue =
  { readonly number: number } | { readonly text: string } | { readonly different: number } | null;

/** Put the values of a group together. */
export function summarised(
  column: Column,
  rows: Int32Array,
  summary: Summary,
  isLowerBetter: boolean
): GroupValue {
  if (column.words === null || (column.isNumeric && column.kind !== 'own')) {
    return numberOf(column, rows, summary, isLowerBetter);
  }
  const found = new Set<string>();
  for (const row of rows) {
    const value = column.at(row);
    if (value !== null) {
      found.add(String(value));
    }
  }
  const [only] = found;
  return only === undefined ? null : found.size === 1 ? { text: only } : { different: found.size };
}

function numberOf(
  column: Column,
  rows: Int32Array,
  summary: Summary,
  isLowerBetter: boolean
): GroupValue {
  if (summary === 'mean') {
    let [sum, count] = [0, 0];
    for (const row of rows) {
      const value = column.numberAt(row);
      if (Number.isFinite(value)) {
        [sum, count] = [sum + value, count + 1];
      }
    }
    return count > 0 ? { number: sum / count } : null;
  }
  const { low, high } = spanOf(column, rows, isLowerBetter);
  if (low > high) {
    return null;
  }
  const isLow = summary === 'min' || (summary === 'best' && isLowerBetter);
  return { number: isLow ? low : high };
}
