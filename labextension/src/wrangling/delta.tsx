import * as React from 'react';

import type { Schemas } from '../api';
import { Button, number } from '../ui';
import type { IPartProps } from './actions';

/** The switch that shows in the table what a step changed, and how much that is. */
export function Delta({ model, trans }: IPartProps): React.JSX.Element | null {
  const { desk, opening, table } = model;
  if (!opening.can('looking.changes')) {
    return null;
  }
  const { counts } = table.difference;
  return (
    <div className="jp-mlstudio-Wrangling-delta" aria-live="polite">
      <Button
        aria-pressed={desk.compares}
        title={trans.__('Show in the table what this step changed')}
        onClick={() => desk.compare(!desk.compares)}
      >
        {trans.__('Changes')}
      </Button>
      {desk.compares && counts ? <span>{deltaText(counts, trans)}</span> : null}
    </div>
  );
}

/** Say what a step did, in a line. */
export function deltaText(counts: Schemas['Difference'], trans: IPartProps['trans']): string {
  const cells = counts.cells.reduce((sum, { changed }) => sum + changed, 0);
  const parts: [string, number | null][] = [
    [trans.__('rows'), counts.rows_added],
    [trans.__('rows'), counts.rows_removed === null ? null : -counts.rows_removed],
    [trans.__('columns'), counts.columns_added.length],
    [trans.__('columns'), -counts.columns_removed.length]
  ];
  const words = parts
    .filter(([, count]) => count !== null && count !== 0)
    .map(
      ([word, count]) => `${(count ?? 0) > 0 ? '+' : '−'}${number(Math.abs(count ?? 0))} ${word}`
    );
  if (cells > 0) {
    words.push(trans._n('%1 cell', '%1 cells', cells).replace(String(cells), number(cells)));
  }
  if (words.length === 0) {
    words.push(counts.order ? trans.__('another order') : trans.__('nothing changed'));
  }
  const sure = counts.exactness === 'exact' ? '' : '≈ ';
  const apart = counts.marks ? '' : trans.__(' (another table: rows cannot be compared)');
  return sure + words.join(' · ') + apart;
}
