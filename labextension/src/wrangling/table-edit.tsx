import * as React from 'react';

import { Button, number } from '../ui';
import type { IPartProps } from './actions';
import type { StepKind } from './draft';
import type { ICell } from './grid-cells';
import type { WrangleModel } from './model';
import * as recipes from './recipes';
import { PENDING } from './pages';
import type { Column, TableModel } from './table';
import { typed } from './table-filter';
import { cellAt } from './table-selection';
import { isMissing, plain } from './values';

const OP = 'edit_cells';

/** Get the step that keeps edits of cells; null if the kernel has none. */
export function editorOf(model: WrangleModel): StepKind | null {
  return model.kinds.find(({ op }) => op === OP) ?? null;
}

interface ICellEditorProps extends IPartProps {
  cell: ICell;
  onClose: () => void;
}

/** A field for another value of a cell; the edit becomes a step of the recipe, or joins the one before. */
export function CellEditor(props: ICellEditorProps): React.JSX.Element | null {
  const { model, trans, cell, onClose } = props;
  const { table } = model;
  const column = table.columns.find(({ name }) => name === cell.column);
  const found = cellAt(table.rows, table.columns, cell.row, cell.column);
  const before = column && found && !found.missing ? plain(found.value, column) : '';
  const [text, setText] = React.useState(before);
  const place = placeOf(table, cell);
  if (!column) {
    return null;
  }
  const value = typed(text, column);
  const apply = (given: unknown): void => {
    onClose();
    if (place) {
      void editCell(model, place, { column: cell.column, value: given });
    }
  };
  return (
    <form
      className="jp-mlstudio-Wrangling-detail"
      aria-label={trans.__('Change the value of %1', cell.column)}
      onSubmit={event => {
        event.preventDefault();
        if (value !== null) {
          apply(value);
        }
      }}
      onKeyDown={event => event.key === 'Escape' && (event.stopPropagation(), onClose())}
    >
      <header>
        <h3 title={cell.column}>{cell.column}</h3>
        <span>{trans.__('row %1', number(cell.row + 1))}</span>
      </header>
      {place ? (
        <input
          autoFocus
          dir="auto"
          aria-label={trans.__('New value')}
          aria-invalid={text !== '' && value === null}
          value={text}
          onFocus={event => event.currentTarget.select()}
          onChange={event => setText(event.currentTarget.value)}
        />
      ) : (
        <p>
          {trans.__(
            'Rows are sorted or filtered, and no column tells them apart. Show all rows in their own order to edit a cell.'
          )}
        </p>
      )}
      <footer>
        <Button onClick={onClose}>{trans.__('Cancel')}</Button>
        {place ? (
          <>
            <Button disabled={found?.missing === true} onClick={() => apply(null)}>
              {trans.__('Make missing')}
            </Button>
            <Button primary type="submit" disabled={text === before || value === null}>
              {trans.__('Change')}
            </Button>
          </>
        ) : null}
      </footer>
    </form>
  );
}

/** How a row is found again: by its position, or by the value of a column that tells the rows apart. */
type Place = { key: ''; row: number } | { key: string; value: string };

function placeOf(table: TableModel, { row }: ICell): Place | null {
  if (table.sort.length === 0 && table.filter.length === 0) {
    return { key: '', row };
  }
  const key = table.columns.find(({ name }) => isKey(table, name));
  const value = key && table.rows?.peek(row, key.name);
  return key && value !== PENDING && !isMissing(value)
    ? { key: key.name, value: plain(value, key as Column) }
    : null;
}

function isKey(table: TableModel, name: string): boolean {
  const profile = table.profile(name);
  const sure = profile?.sure.distinct === 'exact' && profile.missing === 0;
  return sure && profile.distinct === profile.rows;
}

async function editCell(
  model: WrangleModel,
  place: Place,
  { column, value }: { column: string; value: unknown }
): Promise<void> {
  const where = 'row' in place ? { row: place.row } : { key: place.value };
  const edit = { ...where, column, value };
  const last = model.steps[model.looked - 1];
  const joins = last?.op === OP && last.on !== false && (last.key ?? '') === place.key;
  if (last && joins) {
    const edits = [...(last.edits as readonly object[]), edit];
    const recipe = recipes.replaced(model.recipe, model.looked - 1, { ...last, edits });
    await model.change(recipe, model.looked);
  } else {
    await model.append(OP, { key: place.key, edits: [edit] }, model.looked);
  }
}
