import * as React from 'react';

import type { IPartProps } from './actions';
import type { IGridContent, WrangleGrid } from './grid';
import type { ICell } from './grid-cells';
import { Detail } from './table-detail';
import { CellEditor } from './table-edit';
import { Jump } from './table-jump';

/** What is open above the grid. */
export type Open = { kind: 'jump' } | { kind: 'detail' | 'edit'; cell: ICell } | null;

interface IAboveProps extends IPartProps {
  grid: WrangleGrid;
  content: IGridContent;
  open: Open;
  onClose: () => void;
}

/** The cell that is looked at whole or changed, or the field for where to go. */
export function Above(props: IAboveProps): React.JSX.Element | null {
  const { model, trans, content, open, onClose } = props;
  const { table } = model;
  switch (open?.kind) {
    case 'jump':
      return <Jumping {...props} />;
    case 'edit':
      return <CellEditor model={model} trans={trans} cell={open.cell} onClose={onClose} />;
    case 'detail':
      return (
        <Detail
          model={model}
          trans={trans}
          cell={open.cell}
          rows={content.rows}
          columns={[...content.pinned, ...content.columns]}
          onClose={onClose}
          onMark={text => table.select(table.selection && { ...table.selection, text })}
        />
      );
    default:
      return null;
  }
}

function Jumping({ model, trans, grid, onClose }: IAboveProps): React.JSX.Element {
  return (
    <Jump
      model={model}
      trans={trans}
      onClose={onClose}
      onRow={row => {
        onClose();
        grid.goTo({ row, column: model.column ?? '' });
      }}
      onJump={column => {
        onClose();
        model.table.layout.hide([column], false);
        model.choose(column);
        requestAnimationFrame(() => grid.goTo({ row: grid.visible[0], column }));
      }}
    />
  );
}
