import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import type { IPartProps } from './actions';
import type { WrangleGrid } from './grid';
import type { IPointed } from './grid-mouse';
import { PENDING } from './pages';
import type { Column, Condition } from './table';
import { isMissing, plain, written } from './values';

interface IEntry {
  label: string;
  keys?: string;
  enabled?: boolean;
  execute: () => unknown;
}

/** What the menu of the grid can set going beyond the model. */
export interface IMenuActs {
  grid: WrangleGrid;
  copy: (header: boolean) => void;
  detail: (row: number, column: string) => void;
  edit: ((row: number, column: string) => void) | null;
  narrow: (column: Column) => void;
}

const NOTHING = { type: 'object', properties: {} } as const;
const LONGEST = 24;

/** Open the menu with what can be done with a cell or a column. */
export function openGridMenu(props: IPartProps & IMenuActs, pointed: IPointed): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  entries(props, pointed).forEach((entry, index) => {
    if (entry === null) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const command = String(index);
    commands.addCommand(command, {
      label: entry.label,
      describedBy: { args: NOTHING },
      isEnabled: () => entry.enabled ?? true,
      execute: entry.execute
    });
    menu.addItem({ command });
    if (entry.keys) {
      commands.addKeyBinding({ command, keys: [entry.keys], selector: '.jp-mlstudio-none' });
    }
  });
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose()));
  menu.open(pointed.x, pointed.y);
}

function entries(props: IPartProps & IMenuActs, pointed: IPointed): readonly (IEntry | null)[] {
  const { trans, copy } = props;
  const { column, row } = pointed;
  const shared: (IEntry | null)[] = [
    { label: trans.__('Copy'), keys: 'Accel C', execute: () => copy(false) },
    {
      label: trans.__('Copy with Header'),
      keys: 'Accel Shift C',
      execute: () => copy(true)
    }
  ];
  if (!column) {
    return shared;
  }
  return [
    ...(row === null ? [] : cellEntries(props, column, row)),
    ...shared,
    null,
    ...columnEntries(props, column)
  ];
}

function cellEntries(
  props: IPartProps & IMenuActs,
  column: Column,
  row: number
): (IEntry | null)[] {
  const { model, trans, grid, detail, edit } = props;
  const value = grid.rows?.peek(row, column.name);
  const here = value !== PENDING && value !== undefined;
  const missing = isMissing(value);
  const words = missing ? trans.__('missing') : short(written(value, column));
  const only = (test: Condition['test']): void => {
    const meant = missing
      ? { test: test === '==' ? ('is missing' as const) : ('is present' as const) }
      : { test, value: meantBy(value, column) };
    model.table.filterBy([...model.table.filter, { column: column.name, ...meant }]);
  };
  const canCompare = here && column.role !== 'nested' && column.role !== 'other';
  return [
    { label: trans.__('Show Whole Value'), keys: 'Enter', execute: () => detail(row, column.name) },
    ...(edit
      ? [{ label: trans.__('Edit Cell…'), keys: 'F2', execute: () => edit(row, column.name) }]
      : []),
    null,
    {
      label: trans.__('Only Rows with “%1”', words),
      enabled: canCompare,
      execute: () => only('==')
    },
    {
      label: trans.__('Only Rows without “%1”', words),
      enabled: canCompare,
      execute: () => only('!=')
    },
    null
  ];
}

function columnEntries(props: IPartProps & IMenuActs, column: Column): (IEntry | null)[] {
  const { model, trans, grid, narrow } = props;
  const { table, desk, opening } = model;
  const { name } = column;
  const pinned = table.layout.isPinned(name);
  const chosen = grid.pick.columns.includes(name) ? grid.pick.columns : [name];
  const sort = (descending: boolean): void => table.sortBy([{ column: name, descending }]);
  return [
    { label: trans.__('Sort Smallest First'), execute: () => sort(false) },
    { label: trans.__('Sort Largest First'), execute: () => sort(true) },
    {
      label: trans.__('Sort Also by This'),
      enabled: table.sort.length > 0 && !table.sort.some(key => key.column === name),
      execute: () => table.cycleSort(name, true)
    },
    { label: trans.__('Filter…'), execute: () => narrow(column) },
    null,
    {
      label: pinned ? trans.__('Let Column Scroll') : trans.__('Pin Column'),
      execute: () => table.layout.pin(name, !pinned)
    },
    {
      label: trans._n('Hide Column', 'Hide %1 Columns', chosen.length),
      enabled: chosen.length < table.columns.length,
      execute: () => table.layout.hide(chosen, true)
    },
    { label: trans.__('Fit Width'), execute: () => chosen.forEach(each => grid.widen(each)) },
    null,
    ...(opening.can('assist.clusters') && column.role === 'text'
      ? [
          {
            label: trans.__('Cluster Similar Values…'),
            execute: () => desk.open('clusters', name)
          }
        ]
      : []),
    ...(opening.can('assist.example')
      ? [{ label: trans.__('New Column by Example…'), execute: () => desk.open('example', name) }]
      : []),
    { label: trans.__('Use as Target'), execute: () => void model.leaks.aim(name) }
  ];
}

function short(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** Turn a value of the grid into one that a condition compares with. */
function meantBy(value: unknown, column: Column): NonNullable<Condition['value']> {
  if (typeof value === 'number' && column.role === 'number') {
    return value;
  }
  if (typeof value === 'bigint') {
    const small = value <= Number.MAX_SAFE_INTEGER && value >= Number.MIN_SAFE_INTEGER;
    return small ? Number(value) : String(value);
  }
  return typeof value === 'boolean' ? value : plain(value, column);
}
