import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { IconButton } from '../ui';
import type { RunsModel } from './model';
import type { ITableActions } from './table';
import { showMenu, type Entry } from './table-menu';
import { asCode, asCsv, asJson, idsAsCode, save } from './view-export';

/** What is done with the whole table: it is taken elsewhere. */
export function MoreMenu({
  model,
  actions,
  trans
}: {
  model: RunsModel;
  actions: ITableActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  return (
    <IconButton
      label={trans.__('More')}
      aria-haspopup="menu"
      onClick={event => {
        const { left, bottom } = event.currentTarget.getBoundingClientRect();
        showMenu(entries(model, actions, trans), left, bottom);
      }}
    >
      ⋯
    </IconButton>
  );
}

function entries(model: RunsModel, actions: ITableActions, trans: TranslationBundle): Entry[] {
  const { insertCode } = actions;
  const copy = (text: string): void => void navigator.clipboard.writeText(text);
  return [
    {
      label: trans.__('Save as CSV'),
      run: () => save(asCsv(model), 'runs.csv', 'text/csv')
    },
    {
      label: trans.__('Save as JSON'),
      run: () => save(asJson(model), 'runs.json', 'application/json')
    },
    null,
    insertCode
      ? { label: trans.__('Insert as DataFrame'), run: () => insertCode(asCode(model)) }
      : { label: trans.__('Copy Code of the DataFrame'), run: () => copy(asCode(model)) },
    ...(model.selected.length > 0
      ? [{ label: trans.__('Copy Selected Ids'), run: () => copy(idsAsCode(model.selected)) }]
      : []),
    null,
    { label: trans.__('Refresh'), run: () => void model.source.refresh() }
  ];
}
