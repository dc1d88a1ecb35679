import type { Schemas } from '../api';

type Column = Schemas['ModelColumn'];

/** A value of a row as JSON has it. */
export type Value = string | number | boolean | null;

/** One row, by column. */
export type Row = Record<string, unknown>;

/** What stands in the fields of the form, by column: always text, as it was typed. */
export type Entries = Readonly<Record<string, string>>;

/** How a column is typed in. */
export type Field = 'whole' | 'number' | 'boolean' | 'time' | 'text';

/** What is wrong with a field, for the panel to say in words. */
export type Problem = 'missing' | 'whole' | 'number' | 'boolean' | 'time';

const FIELDS: Readonly<Record<string, Field>> = {
  integer: 'whole',
  long: 'whole',
  float: 'number',
  double: 'number',
  boolean: 'boolean',
  datetime: 'time'
};

/** Say how a column of one of MLflow's types is typed in. */
export function fieldOf(column: Column): Field {
  return FIELDS[column.type] ?? 'text';
}

/** Whether the model's columns are plain values, so that a form can be made of them. */
export function fitsForm(signature: Schemas['ModelSignature'] | null): boolean {
  const columns = signature?.inputs ?? [];
  return columns.length > 0 && columns.every(column => PLAIN.has(column.type));
}

/** Fill the fields from a row; what it lacks stays empty. */
export function entriesOf(columns: readonly Column[], row: Row | undefined): Entries {
  return Object.fromEntries(columns.map(column => [column.name, written(row?.[column.name])]));
}

/** Read the fields as one row, or say what is wrong with which. */
export function rowOf(
  columns: readonly Column[],
  entries: Entries
): { row: Row; problems: ReadonlyMap<string, Problem> } {
  const row: Row = {};
  const problems = new Map<string, Problem>();
  for (const column of columns) {
    const entry = entries[column.name] ?? '';
    const problem = problemOf(column, entry);
    if (problem) {
      problems.set(column.name, problem);
    } else {
      row[column.name] = valueOf(column, entry);
    }
  }
  return { row, problems };
}

/** Write rows as the body of a request; the method is named only if it is not the default one. */
export function bodyOf(rows: readonly Row[], method?: string): string {
  const params = method === undefined ? {} : { params: { predict_method: method } };
  return JSON.stringify({ dataframe_records: rows, ...params }, null, 2);
}

const PLAIN = new Set([...Object.keys(FIELDS), 'string']);
const WHOLE = /^[+-]?\d+$/;

function problemOf(column: Column, entry: string): Problem | undefined {
  const field = fieldOf(column);
  if (entry.trim() === '') {
    return column.required && field !== 'text' ? 'missing' : undefined;
  }
  switch (field) {
    case 'whole':
      return WHOLE.test(entry.trim()) ? undefined : 'whole';
    case 'number':
      return Number.isFinite(Number(entry)) ? undefined : 'number';
    case 'boolean':
      return entry === 'true' || entry === 'false' ? undefined : 'boolean';
    case 'time':
      return Number.isNaN(Date.parse(entry)) ? 'time' : undefined;
    default:
      return undefined;
  }
}

function valueOf(column: Column, entry: string): Value {
  const field = fieldOf(column);
  if (entry.trim() === '' && !(field === 'text' && column.required)) {
    return null; // a text that must be there can only be meant as an empty one
  }
  switch (field) {
    case 'whole':
    case 'number':
      return Number(entry);
    case 'boolean':
      return entry === 'true';
    default:
      return entry;
  }
}

function written(value: unknown): string {
  if (value === null || value === undefined) {
    return '';
  }
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
