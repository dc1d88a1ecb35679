import { redoIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton, number } from '../ui';
import type { IPartProps, IWranglingActions } from './actions';
import { Shown } from './bar-chips';
import type { WrangleModel } from './model';
import { AddStep } from './palette';
import { Tools } from './tools';

/** What can be done with the whole recipe, how large the table is, and what is shown of it. */
export function Bar(props: IPartProps & { actions: IWranglingActions }): React.JSX.Element {
  const { model, trans, actions } = props;
  const ready = model.isReady;
  return (
    <div className="jp-mlstudio-Wrangling-bar" role="toolbar" aria-label={trans.__('Recipe')}>
      <AddStep model={model} trans={trans} />
      <IconButton
        label={trans.__('Undo (Ctrl+Z)')}
        disabled={!ready || !model.history.canUndo}
        onClick={() => void model.undo()}
      >
        <undoIcon.react tag="span" width="16px" />
      </IconButton>
      <IconButton
        label={trans.__('Redo (Ctrl+Shift+Z)')}
        disabled={!ready || !model.history.canRedo}
        onClick={() => void model.redo()}
      >
        <redoIcon.react tag="span" width="16px" />
      </IconButton>
      <Tools model={model} trans={trans} />
      <Shown model={model} trans={trans} />
      <span className="jp-mlstudio-Wrangling-size">{sizeOf(model, trans)}</span>
      <Button
        disabled={!ready}
        title={trans.__('Put the recipe into the notebook as a Polars program')}
        onClick={() => void actions.insertCode(model)}
      >
        {trans.__('Insert code')}
      </Button>
      <Button
        disabled={!ready || model.steps.length === 0}
        title={trans.__('Write the recipe into a file of the project')}
        onClick={() => void actions.save(model)}
      >
        {trans.__('Save')}
      </Button>
      <Button
        disabled={!ready}
        title={trans.__('Write the whole result into a Parquet or CSV file')}
        onClick={() => void actions.run(model)}
      >
        {trans.__('Run on all rows…')}
      </Button>
    </div>
  );
}

function sizeOf(model: WrangleModel, trans: IPartProps['trans']): string {
  const { table } = model;
  if (!model.isReady || table.columns.length === 0) {
    return '';
  }
  if (table.filter.length > 0) {
    return trans.__('%1 of %2 rows', number(table.rows?.rows ?? 0), number(table.total));
  }
  const rows = table.total ?? table.rows?.rows ?? 0;
  const size = `${number(rows)} × ${table.columns.length}`;
  return table.total === null ? trans.__('%1 or more', size) : size;
}
