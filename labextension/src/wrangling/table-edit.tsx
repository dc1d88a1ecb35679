import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import type { StepKind } from './draft';
import type { ICell } from './grid-cells';
import type { WrangleModel } from './model';
import { cellAt } from './table-selection';
import { plain } from './values';

const OP = 'edit_cells';

/** Get the step that keeps edits of cells; null if the kernel has none. */
export function editorOf(model: WrangleModel): StepKind | null {
  return model.kinds.find(({ op }) => op === OP) ?? null;
}

interface ICellEditorProps extends IPartProps {
  cell: ICell;
  onClose: () => void;
}

/** A field for another value of a cell; the edit becomes a step of the recipe. */
export function CellEditor({ model, trans, cell, onClose }: ICellEditorProps): React.JSX.Element {
  const { table } = model;
  const column = table.columns.find(({ name }) => name === cell.column);
  const found = cellAt(table.rows, table.columns, cell.row, cell.column);
  const before = column && found && !found.missing ? plain(found.value, column) : '';
  const [text, setText] = React.useState(before);
  const apply = (value: string | null): void => {
    onClose();
    void editCell(model, cell, value);
  };
  return (
    <form
      className="jp-mlstudio-Wrangling-detail"
      aria-label={trans.__('Change the value of %1', cell.column)}
      onSubmit={event => {
        event.preventDefault();
        apply(text);
      }}
      onKeyDown={event => event.key === 'Escape' && (event.stopPropagation(), onClose())}
    >
      <header>
        <h3>{cell.column}</h3>
        <span>{trans.__('row %1', cell.row + 1)}</span>
      </header>
      <input
        autoFocus
        dir="auto"
        aria-label={trans.__('New value')}
        value={text}
        onChange={event => setText(event.currentTarget.value)}
      />
      <footer>
        <Button onClick={() => apply(null)}>{trans.__('Make missing')}</Button>
        <Button onClick={onClose}>{trans.__('Cancel')}</Button>
        <Button primary type="submit" disabled={text === before}>
          {trans.__('Change')}
        </Button>
      </footer>
    </form>
  );
}

async function editCell(model: WrangleModel, cell: ICell, value: string | null): Promise<void> {
  await model.append(OP, { edits: [{ ...cell, value }] }, model.looked);
}
