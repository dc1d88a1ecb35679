import type { IRow, Value } from './store';

/** A test that a run passes or not. */
export type Test = (row: IRow) => boolean;

const CONDITION = /(\S+?)\s*(<=|>=|!=|<|>|=)\s*("[^"]*"|\S+)/g;

const TESTS: Record<string, (order: number) => boolean> = {
  '<': order => order < 0,
  '<=': order => order <= 0,
  '>': order => order > 0,
  '>=': order => order >= 0,
  '=': order => order === 0,
  '!=': order => order !== 0
};

/**
 * Read what was typed into the filter field: conditions such as `auc > 0.9` or `model = forest`, and words
 * that the name, the experiment, the notebook or the id of a run must contain. All must hold.
 */
export function parseFilter(text: string): Test {
  const conditions = [...text.matchAll(CONDITION)].map(([, name, sign, value]) =>
    condition(name ?? '', sign ?? '=', (value ?? '').replaceAll('"', ''))
  );
  const words = text.replaceAll(CONDITION, ' ').toLowerCase().split(/\s+/).filter(Boolean);
  return row => {
    const { id, name, experiment, notebook } = row.run;
    const shown = `${name} ${experiment} ${notebook ?? ''} ${id}`.toLowerCase();
    return words.every(word => shown.includes(word)) && conditions.every(test => test(row));
  };
}

function condition(name: string, sign: string, wanted: string): Test {
  const test = TESTS[sign] ?? (() => true);
  return row => {
    const value = valueOf(row, name);
    return value === null ? sign === '!=' : test(order(value, wanted));
  };
}

function valueOf({ run, values }: IRow, name: string): Value {
  const own: Record<string, Value> = {
    name: run.name,
    state: run.state,
    experiment: run.experiment,
    notebook: run.notebook
  };
  const logged = values[`metric:${name}`] ?? values[`param:${name}`] ?? values[`tag:${name}`];
  return logged ?? own[name] ?? null;
}

/** Compare by number where both are numbers, else by text; a NaN is neither smaller nor larger than anything. */
export function order(value: Value, other: Value): number {
  if (value === 'NaN' || other === 'NaN') {
    return value === other ? 0 : NaN;
  }
  const [left, right] = [Number(value), Number(other)];
  const areNumbers = value !== '' && other !== '' && !Number.isNaN(left) && !Number.isNaN(right);
  if (areNumbers) {
    return left - right;
  }
  const [a, b] = [String(value).toLowerCase(), String(other).toLowerCase()];
  return a < b ? -1 : a > b ? 1 : 0;
}
