import type { TranslationBundle } from '@jupyterlab/translation';

import type { Column } from './column';
import type { RunTable } from './store-table';
import { differs } from './table-order';
import type { ILook } from './view-look';

/** What every run has, as columns. */
export const OWN_COLUMNS = [
  'state',
  'experiment',
  'started',
  'duration',
  'notebook',
  'user',
  'note',
  'job',
  'ended',
  'id'
] as const;

const SHOWN_METRICS = 6;
const SHOWN_PARAMS = 5;
/** Params that fewer runs have than one out of so many are not suggested. */
const RARE = 10;
/** Rows of which one has to have a metric that is suggested. */
const LOOKED_AT = 2000;

/** The columns that are shown, in their order: the pinned ones first. */
export function visibleColumns(
  table: RunTable,
  order: Int32Array,
  look: ILook,
  experiments: number
): readonly string[] {
  const chosen = look.differing
    ? differing(table, order)
    : (look.columns ?? suggested(table, order, experiments));
  const pinned = new Set(look.pins);
  return [...look.pins, ...chosen.filter(key => !pinned.has(key))];
}

/** The columns to begin with: state and time, the first metrics, and params that are not the same everywhere. */
export function suggested(
  table: RunTable,
  order: Int32Array,
  experiments: number
): readonly string[] {
  const metrics = table.logged
    .filter(({ kind, key }) => kind === 'metric' && isThere(table.column(key), order))
    .slice(0, SHOWN_METRICS);
  const params: string[] = [];
  for (const { kind, key, count } of table.logged) {
    const isUsual = kind === 'param' && count * RARE >= table.size;
    const column = isUsual ? table.column(key) : null;
    if (column && differs(column, order) && params.push(key) === SHOWN_PARAMS) {
      break;
    }
  }
  const experiment = experiments > 1 ? ['experiment'] : [];
  return [
    'state',
    'started',
    ...metrics.map(({ key }) => key),
    ...params,
    ...experiment,
    'duration'
  ];
}

/** Whether one of the first rows has a value; a column that has not come yet may have some. */
function isThere(column: Column | null, order: Int32Array): boolean {
  return (
    column === null ||
    order.length === 0 ||
    order.subarray(0, LOOKED_AT).some(row => column.at(row) !== null)
  );
}

/** All columns in which some of the rows differ. */
export function differing(table: RunTable, order: Int32Array): readonly string[] {
  const own = ['state', 'experiment', 'notebook', 'user'];
  return [...own, ...table.logged.map(({ key }) => key)].filter(key => {
    const column = table.column(key);
    return column !== null && differs(column, order);
  });
}

/** The title of a column. */
export function columnTitle(key: string, trans: TranslationBundle): string {
  const titles: Record<string, string> = {
    name: trans.__('Name'),
    state: trans.__('State'),
    experiment: trans.__('Experiment'),
    started: trans.__('Started'),
    ended: trans.__('Ended'),
    duration: trans.__('Duration'),
    notebook: trans.__('Notebook'),
    job: trans.__('Job'),
    user: trans.__('User'),
    note: trans.__('Note'),
    id: trans.__('Id')
  };
  return titles[key] ?? key.slice(key.indexOf(':') + 1);
}

/** The kind of a column, as its key tells it. */
export function kindOf(key: string): string {
  const end = key.indexOf(':');
  return end < 0 ? key : key.slice(0, end);
}
