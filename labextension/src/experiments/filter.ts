import { numberOf, type Column } from './column';
import type { ICondition, IFilter, Sign } from './filter-parse';
import type { RunTable } from './store-table';
import type { StateFilter } from './view-look';

/** The columns in which words are searched. */
const SEARCHED = ['name', 'id', 'notebook', 'experiment'];

/**
 * Mark the rows that pass a filter with 1. Conditions on datasets are not looked at: the table has none.
 */
export function passing({ conditions, words }: IFilter, table: RunTable): Uint8Array {
  const passed = new Uint8Array(table.size).fill(1);
  for (const condition of conditions) {
    if (condition.kind !== 'dataset') {
      const column = table.column(
        condition.kind === 'own' ? condition.name : `${condition.kind}:${condition.name}`
      );
      const isOpenEnded = condition.kind === 'own' && condition.name === 'duration';
      narrow(passed, column, condition);
      if (isOpenEnded) {
        onlyEnded(passed, table.column('ended'));
      }
    }
  }
  if (words.length > 0) {
    search(passed, table, words);
  }
  return passed;
}

/** What narrows the runs down besides the filter. */
export interface ILimits {
  readonly experiment: string | null;
  readonly state: StateFilter;
  /** Only runs that are in all of these; null for all runs. */
  readonly among: readonly (ReadonlySet<string> | null)[];
}

/** Mark the rows that pass a filter and are within limits with 1. */
export function narrowed(table: RunTable, filter: IFilter, limits: ILimits): Uint8Array {
  const { experiment, state, among } = limits;
  const passed = passing(filter, table);
  const only = (key: string, wanted: readonly string[]): void => {
    const sign = 'IN' as const;
    narrow(passed, table.column(key), { kind: 'own', name: key, sign, value: wanted });
  };
  if (experiment !== null) {
    only('experiment', [experiment]);
  }
  if (state !== 'all' && state !== 'deleted') {
    only('state', state === 'failed' ? ['failed', 'killed'] : [state]);
  }
  for (const ids of among) {
    if (ids) {
      table.ids.forEach((id, row) => {
        passed[row] = ids.has(id) ? (passed[row] ?? 0) : 0;
      });
    }
  }
  return passed;
}

/** Put a value into a condition so that it is read as that value again. */
export function conditionText(
  kind: string,
  name: string,
  sign: Sign,
  value: string | number
): string {
  const prefix = kind === 'own' ? 'attributes' : `${kind}s`;
  const plain = /^[\w.\-/]+$/.test(name) ? name : `\`${name}\``;
  const said = typeof value === 'number' ? String(value) : `"${value.replace(/["\\]/g, '\\$&')}"`;
  return `${prefix}.${plain} ${sign} ${said}`;
}

function narrow(passed: Uint8Array, column: Column | null, condition: ICondition): void {
  const wantsNothing = condition.sign === 'IS NULL';
  if (column === null) {
    passed.fill(0, 0, wantsNothing ? 0 : passed.length);
  } else if (column.words === null) {
    const test = numberTest(condition);
    const keep = new Uint8Array(passed.length).fill(wantsNothing ? 1 : 0);
    const { rows, values } = column;
    for (let place = 0; place < values.length; place += 1) {
      const value = values[place] ?? NaN;
      const isMissing = column.kind === 'own' && Number.isNaN(value);
      const fits = isMissing ? wantsNothing : test(value);
      keep[rows === null ? place : (rows[place] ?? 0)] = fits ? 1 : 0;
    }
    both(passed, keep);
  } else {
    const test = textTest(condition);
    const fits = Uint8Array.from(column.words, word => (test(word) ? 1 : 0));
    const codes = column.codes();
    for (let row = 0; row < passed.length; row += 1) {
      const code = codes[row] ?? -1;
      passed[row] = (passed[row] ?? 0) & (code < 0 ? +wantsNothing : (fits[code] ?? 0));
    }
  }
}

/** A run that has not ended has no duration yet, as far as conditions go. */
function onlyEnded(passed: Uint8Array, ended: Column | null): void {
  ended?.values.forEach((end, row) => {
    passed[row] = Number.isNaN(end) ? 0 : (passed[row] ?? 0);
  });
}

function both(passed: Uint8Array, keep: Uint8Array): void {
  for (let row = 0; row < passed.length; row += 1) {
    passed[row] = (passed[row] ?? 0) & (keep[row] ?? 0);
  }
}

function search(passed: Uint8Array, table: RunTable, words: readonly string[]): void {
  for (const word of words) {
    const found = new Uint8Array(table.size);
    for (const key of SEARCHED) {
      const column = table.column(key);
      if (column?.words) {
        const fits = Uint8Array.from(column.words, one =>
          one.toLowerCase().includes(word) ? 1 : 0
        );
        column.codes().forEach((code, row) => {
          found[row] = (found[row] ?? 0) | (fits[code] ?? 0);
        });
      }
    }
    both(passed, found);
  }
}

function numberTest({ sign, value }: ICondition): (found: number) => boolean {
  const wanted = Number(value);
  switch (sign) {
    case '<':
      return found => found < wanted;
    case '<=':
      return found => found <= wanted;
    case '>':
      return found => found > wanted;
    case '>=':
      return found => found >= wanted;
    case '=':
      return Number.isNaN(wanted) ? Number.isNaN : found => found === wanted;
    case '!=':
      return Number.isNaN(wanted) ? found => !Number.isNaN(found) : found => found !== wanted;
    default:
      return () => sign === 'IS NOT NULL';
  }
}

function textTest({ sign, value, kind, name }: ICondition): (found: string) => boolean {
  const isState = kind === 'own' && name === 'state';
  const wanted = isState ? String(value).toLowerCase() : String(value);
  switch (sign) {
    case '=':
      return found => found === wanted;
    case '!=':
      return found => found !== wanted;
    case 'IN':
    case 'NOT IN': {
      const list = new Set(
        (value as readonly string[]).map(one => (isState ? one.toLowerCase() : one))
      );
      return found => list.has(found) === (sign === 'IN');
    }
    case 'LIKE':
    case 'ILIKE':
    case 'NOT LIKE':
    case 'NOT ILIKE': {
      const pattern = likePattern(wanted, sign.endsWith('ILIKE'));
      return found => pattern.test(found) === !sign.startsWith('NOT');
    }
    case 'IS NULL':
      return () => false;
    case 'IS NOT NULL':
      return () => true;
    default:
      return orderTest(sign, wanted);
  }
}

/** Compare text by size: as numbers where both are, else letter by letter. */
function orderTest(sign: Sign, wanted: string): (found: string) => boolean {
  const number = numberOf(wanted);
  const test = numberTest({ kind: 'metric', name: '', sign, value: number });
  return found => {
    const value = numberOf(found);
    if (!Number.isNaN(number)) {
      return !Number.isNaN(value) && test(value);
    }
    const order = found < wanted ? -1 : found > wanted ? 1 : 0;
    return numberTest({ kind: 'metric', name: '', sign, value: 0 })(order);
  };
}

function likePattern(like: string, ignoresCase: boolean): RegExp {
  const source = like
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    .replaceAll('%', '.*')
    .replaceAll('_', '.');
  return new RegExp(`^${source}$`, ignoresCase ? 'is' : 's');
}
