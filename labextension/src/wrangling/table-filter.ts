import type { HeadPart } from './grid-head';
import { shownTop } from './grid-head';
import type { Column, Condition, Profile } from './table';
import { figure, isNumeric, moment } from './values';

export type Test = NonNullable<Condition['test']>;
type Scalar = NonNullable<Condition['value']>;

/** How many values a test compares with. */
export type Arity = 'none' | 'one' | 'two' | 'many';

const ORDER: readonly Test[] = ['==', '!=', '<', '<=', '>', '>=', 'between'];
const TEXT: readonly Test[] = ['contains', 'starts with', 'ends with'];
const PRESENCE: readonly Test[] = ['is missing', 'is present'];
const LARGEST = 2 ** 53;

/** List the tests that make sense for a column, the likeliest first. */
export function testsOf({ role }: Pick<Column, 'role'>): readonly Test[] {
  switch (role) {
    case 'text':
      return [...TEXT, '==', '!=', 'in', ...PRESENCE];
    case 'boolean':
      return ['==', '!=', ...PRESENCE];
    case 'nested':
    case 'other':
    case 'duration':
      return PRESENCE;
    default:
      return [...ORDER, 'in', ...PRESENCE];
  }
}

/** Say how many values a test compares with. */
export function arityOf(test: Test): Arity {
  if (PRESENCE.includes(test)) {
    return 'none';
  }
  return test === 'between' ? 'two' : test === 'in' ? 'many' : 'one';
}

/** Turn what somebody typed into a value of a column; null if it is none. Digits that a float would lose stay text. */
export function typed(text: string, { role }: Pick<Column, 'role'>): Scalar | null {
  const trimmed = text.trim();
  if (role === 'boolean') {
    const known: Record<string, boolean> = { true: true, false: false };
    return known[trimmed.toLowerCase()] ?? null;
  }
  if (role !== 'number') {
    return role === 'text' ? text : trimmed || null;
  }
  const value = Number(trimmed);
  if (trimmed === '' || !Number.isFinite(value)) {
    return null;
  }
  return /^[+-]?\d+$/.test(trimmed) && Math.abs(value) >= LARGEST ? trimmed : value;
}

/** Say what is still wrong with a condition that somebody writes; null if nothing is. */
export function isComplete({ test, value, values }: Condition): boolean {
  switch (arityOf(test ?? '==')) {
    case 'none':
      return true;
    case 'two':
      return values?.length === 2;
    case 'many':
      return (values?.length ?? 0) > 0;
    case 'one':
      return value !== null && value !== undefined;
  }
}

/** Get the conditions that a part of a column's head stands for. */
export function conditionsOf(column: Column, profile: Profile, part: HeadPart): Condition[] {
  switch (part.kind) {
    case 'bar':
      return barConditions(column, profile, part.index);
    case 'value':
      return valueConditions(column, shownTop(profile)[part.index]?.value ?? null);
    case 'missing':
      return [{ column: column.name, test: 'is missing' }];
    default:
      return [];
  }
}

/** Get the conditions for the values that one bar of the histogram counts. */
export function barConditions(column: Column, profile: Profile, index: number): Condition[] {
  const { edges, counts } = profile.histogram ?? { edges: [], counts: [] };
  const [low, high] = [edges[index], edges[index + 1]];
  if (low === undefined || high === undefined) {
    return [];
  }
  const last = index === counts.length - 1;
  const { name } = column;
  return [
    { column: name, test: '>=', value: edge(low, column) },
    { column: name, test: last ? '<=' : '<', value: edge(high, column) }
  ];
}

/** Get the condition for one value of a column as a profile writes it; null stands for missing. */
export function valueConditions(column: Column, value: string | null): Condition[] {
  if (value === null) {
    return [{ column: column.name, test: 'is missing' }];
  }
  const meant = typed(value, column) ?? value;
  return [{ column: column.name, test: '==', value: meant }];
}

function edge(value: number, { role }: Column): Scalar {
  if (role === 'date') {
    return new Date(Math.ceil(value / DAY) * DAY).toISOString().slice(0, 10);
  }
  return role === 'datetime' ? new Date(value).toISOString().replace(/Z$/, '') : value;
}

const DAY = 86_400_000;

/** Some conditions that are shown and taken back together: the two ends of a range are one thing. */
export interface IGroup {
  /** Which conditions of the filter they are. */
  from: number;
  count: number;
  words: string;
}

/** Put the conditions of a filter into words, those of a range together. */
export function groupsOf(filter: readonly Condition[]): IGroup[] {
  const groups: IGroup[] = [];
  for (let from = 0; from < filter.length;) {
    const [one, other] = [filter[from], filter[from + 1]];
    const range = one && other ? rangeWords(one, other) : null;
    groups.push({ from, count: range ? 2 : 1, words: range ?? (one ? wordsOf(one) : '') });
    from += range ? 2 : 1;
  }
  return groups;
}

function rangeWords(one: Condition, other: Condition): string | null {
  const isRange =
    one.column === other.column && one.test === '>=' && (other.test === '<' || other.test === '<=');
  return isRange
    ? `${shown(one.value)} ≤ ${one.column} ${signOf(other.test)} ${shown(other.value)}`
    : null;
}

const SIGNS: Partial<Record<Test, string>> = {
  '==': '=',
  '!=': '≠',
  '<=': '≤',
  '>=': '≥',
  in: '∈'
};

function signOf(test: Test = '=='): string {
  return SIGNS[test] ?? test;
}

/** Put a condition into a few words. */
export function wordsOf({ column, test = '==', value, values }: Condition): string {
  const sign = signOf(test);
  switch (arityOf(test)) {
    case 'none':
      return `${column} ${sign}`;
    case 'two':
      return `${shown(values?.[0])} ≤ ${column} ≤ ${shown(values?.[1])}`;
    case 'many':
      return `${column} ∈ ${(values ?? []).map(shown).join(', ')}`;
    case 'one':
      return `${column} ${sign} ${shown(value)}`;
  }
}

function shown(value: Scalar | null | undefined): string {
  if (typeof value === 'number') {
    return figure(value);
  }
  return value === '' ? '“”' : String(value ?? '');
}

/** Write the edge of a bar as a person would. */
export function edgeWords(value: number, column: Pick<Column, 'role'>): string {
  return isNumeric(column) ? figure(value) : moment(value, column.role);
}
