import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { columnTitle } from './column-choice';
import type { RunsModel } from './model';
import { wholeValue } from './table-cell';
import { editCell } from './table-edit';
import { Grid, type IPlace } from './table-grid';
import { pressed } from './table-keys';
import { entriesAt, isEditable, showMenu } from './table-menu';

/** What the table asks of the application. */
export interface ITableActions {
  open: (id: string) => void;
  /** Put runs into the bin, with a way back. */
  remove: (ids: readonly string[]) => void;
  restore: (ids: readonly string[]) => void;
  /** Ask for a tag, and give it to runs. */
  tag: (ids: readonly string[]) => void;
  /** Keep a new name, note or tag of a run. */
  edit: (id: string, key: string, value: string) => Promise<void>;
  /** Show runs beside each other; null where that is switched off. */
  readonly compare: ((ids: readonly string[]) => void) | null;
  /** Puts the code that makes a run into the notebook in front; null if there is none. */
  readonly insert: (() => void) | null;
  /** Puts code into the notebook in front and runs it; null if there is none. */
  readonly insertCode: ((code: string) => void) | null;
}

export interface ITableProps {
  model: RunsModel;
  trans: TranslationBundle;
  actions: ITableActions;
}

/** The table of runs, which draws itself: React would be too slow for what is drawn sixty times a second. */
export function RunsTable({ model, trans, actions }: ITableProps): React.JSX.Element {
  const place = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const grid = gridOf(model, trans, actions);
    place.current?.append(grid.node);
    grid.render();
    return () => grid.dispose();
  }, [model, trans, actions]);
  return (
    <div className="jp-mlstudio-RunsTable-frame" ref={place} hidden={model.lines.length === 0} />
  );
}

function gridOf(model: RunsModel, trans: TranslationBundle, actions: ITableActions): Grid {
  const edit = (place: IPlace): void => {
    const row = model.lines.rowAt(place.line);
    if (row >= 0 && isEditable(place.key)) {
      const id = model.table.idAt(row);
      const label = columnTitle(place.key, trans);
      const before = wholeValue(model, row, place.key);
      editCell(grid, place, before, label, async value => {
        if (value !== before) {
          await actions.edit(id, place.key, value);
        }
      });
    }
  };
  const copy = (place: IPlace): void => {
    const row = model.lines.rowAt(place.line);
    if (row >= 0) {
      void navigator.clipboard.writeText(wholeValue(model, row, place.key));
    }
  };
  const { open, remove, restore } = actions;
  const menu = (place: IPlace, x: number, y: number): void => {
    const { compare } = actions;
    const asked = { open, remove, restore, compare, edit, copy };
    showMenu(entriesAt(place, model, asked, trans), x, y);
  };
  const grid = new Grid(model, trans, { open, menu, edit });
  const filter = (): void => {
    grid.node
      .closest('.jp-mlstudio-RunsView')
      ?.querySelector<HTMLElement>('.jp-mlstudio-Search')
      ?.focus();
  };
  grid.node.addEventListener('keydown', event => {
    if (pressed(event, grid, { open, remove, restore, edit, menu, copy, filter })) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  return grid;
}
