import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';
import type { TranslationBundle } from '@jupyterlab/translation';

import { columnTitle, kindOf } from './column-choice';
import { conditionText } from './filter';
import type { RunsModel } from './model';
import type { IPlace } from './table-grid';
import { lowerIsBetter } from './view-look';

/** What a menu asks of the view around the table. */
export interface IMenuActions {
  open: (id: string) => void;
  compare: ((ids: readonly string[]) => void) | null;
  remove: (ids: readonly string[]) => void;
  restore: (ids: readonly string[]) => void;
  edit: (place: IPlace) => void;
  copy: (place: IPlace) => void;
}

/** An entry of a menu; null for a line between two. */
export type Entry = { label: string; run: () => void; isOn?: boolean } | null;

/** What can be done with a cell, and with its column. */
export function entriesAt(
  place: IPlace,
  model: RunsModel,
  actions: IMenuActions,
  trans: TranslationBundle
): Entry[] {
  const row = model.lines.rowAt(place.line);
  const isRun = place.line >= 0 && row >= 0;
  return [
    ...(isRun ? runEntries(place, row, model, actions, trans) : []),
    ...columnEntries(place.key, model, trans)
  ];
}

const PLAIN = { args: { type: 'object', properties: {} } };

/** Show a menu. */
export function showMenu(entries: readonly Entry[], x: number, y: number): void {
  const commands = new CommandRegistry();
  const menu = new Menu({ commands });
  entries.forEach((entry, place) => {
    if (entry === null) {
      menu.addItem({ type: 'separator' });
      return;
    }
    const { label, run, isOn } = entry;
    const options = isOn === undefined ? {} : { isToggleable: true, isToggled: () => isOn };
    commands.addCommand(String(place), { label, execute: run, describedBy: PLAIN, ...options });
    menu.addItem({ command: String(place) });
  });
  menu.aboutToClose.connect(() => void Promise.resolve().then(() => menu.dispose()));
  menu.open(x, y);
}

function runEntries(
  place: IPlace,
  row: number,
  model: RunsModel,
  actions: IMenuActions,
  trans: TranslationBundle
): Entry[] {
  const { table, selected, look } = model;
  const id = table.idAt(row);
  const meant = model.isSelected(id) ? selected : [id];
  const isBin = look.state === 'deleted';
  const count = meant.length;
  const compare = actions.compare;
  return [
    { label: trans.__('Open Run'), run: () => actions.open(id) },
    ...(compare && count > 1
      ? [{ label: trans.__('Compare %1 Runs', count), run: () => compare(meant) }]
      : []),
    ...valueEntries(place, row, model, actions, trans),
    null,
    isBin
      ? {
          label: trans._n('Restore %1 Run', 'Restore %1 Runs', count, count),
          run: () => actions.restore(meant)
        }
      : {
          label: trans._n('Delete %1 Run', 'Delete %1 Runs', count, count),
          run: () => actions.remove(meant)
        },
    null
  ];
}

function valueEntries(
  place: IPlace,
  row: number,
  model: RunsModel,
  actions: IMenuActions,
  trans: TranslationBundle
): Entry[] {
  const { key } = place;
  const column = model.table.column(key);
  const value = column?.at(row) ?? null;
  const canFilter = column && value !== null && !['duration', 'note'].includes(key);
  const narrow = (sign: '=' | '!='): void => {
    if (column && value !== null) {
      const more = conditionText(column.kind, column.name, sign, value);
      const { filter } = model.look;
      model.change({ filter: filter.trim() ? `${filter.trim()} and ${more}` : more });
    }
  };
  return [
    ...(canFilter
      ? [
          null,
          { label: trans.__('Only This Value'), run: () => narrow('=') },
          { label: trans.__('Not This Value'), run: () => narrow('!=') }
        ]
      : []),
    { label: trans.__('Copy Value'), run: () => actions.copy(place) },
    ...(isEditable(key)
      ? [{ label: trans.__('Edit %1…', columnTitle(key, trans)), run: () => actions.edit(place) }]
      : [])
  ];
}

function columnEntries(key: string, model: RunsModel, trans: TranslationBundle): Entry[] {
  const { look } = model;
  const isPinned = look.pins.includes(key);
  const sort = (descending: boolean): void => model.change({ sorts: [{ key, descending }] });
  return [
    { label: trans.__('Sort Descending'), run: () => sort(true) },
    { label: trans.__('Sort Ascending'), run: () => sort(false) },
    ...(key === 'name'
      ? []
      : [
          null,
          {
            label: trans.__('Pin'),
            isOn: isPinned,
            run: () =>
              model.change({ pins: isPinned ? without(look.pins, key) : [...look.pins, key] })
          },
          { label: trans.__('Hide'), run: () => hide(model, key) },
          ...groupEntries(key, model, trans)
        ]),
    ...numberEntries(key, model, trans)
  ];
}

function groupEntries(key: string, model: RunsModel, trans: TranslationBundle): Entry[] {
  const { groups } = model.look;
  if (kindOf(key) === 'metric' || ['started', 'ended', 'duration', 'id'].includes(key)) {
    return [];
  }
  const isGroup = groups.includes(key);
  const next = isGroup ? without(groups, key) : [...groups, key];
  return [
    { label: trans.__('Group by This'), isOn: isGroup, run: () => model.change({ groups: next }) }
  ];
}

function numberEntries(key: string, model: RunsModel, trans: TranslationBundle): Entry[] {
  const { look, table } = model;
  if (!table.column(key)?.isNumeric || key === 'started' || key === 'ended') {
    return [];
  }
  const hasBars = look.bars.includes(key);
  const isLower = lowerIsBetter(key, look);
  return [
    null,
    {
      label: trans.__('Bars'),
      isOn: hasBars,
      run: () => model.change({ bars: hasBars ? without(look.bars, key) : [...look.bars, key] })
    },
    ...(kindOf(key) === 'metric'
      ? [
          {
            label: trans.__('Lower Is Better'),
            isOn: isLower,
            run: () => model.change({ lower: { ...look.lower, [key]: !isLower } })
          }
        ]
      : [])
  ];
}

/** Tell whether the values of a column can be changed. */
export function isEditable(key: string): boolean {
  return key === 'name' || key === 'note' || kindOf(key) === 'tag';
}

/** Show a column no longer. */
export function hide(model: RunsModel, key: string): void {
  const { pins } = model.look;
  const columns = model.visible.filter(one => one !== key && !pins.includes(one));
  model.change({ columns, pins: without(pins, key), differing: false });
}

function without(keys: readonly string[], key: string): readonly string[] {
  return keys.filter(one => one !== key);
}
