import * as React from 'react';

import { Button, percent } from '../ui';
import type { IPartProps } from './actions';

const LISTED = 4;

/** Names the columns that give the answer away, once somebody has said what the answer is. */
export function LeakWarning({ model, trans }: IPartProps): React.JSX.Element | null {
  const leaks = model.leaks.found;
  if (!leaks) {
    return null;
  }
  const columns = leaks.items.map(({ column }) => column);
  return (
    <section className="jp-mlstudio-Wrangling-leaks" role="status" data-leaks={columns.length}>
      <div>
        <strong>
          {columns.length > 0
            ? trans._n(
                '%1 column gives “%2” away',
                '%1 columns give “%2” away',
                columns.length,
                leaks.target
              )
            : trans.__('No column gives “%1” away', leaks.target)}
        </strong>
        {leaks.items.slice(0, LISTED).map(({ column, score, reason }) => (
          <button key={column} type="button" title={reason} onClick={() => model.choose(column)}>
            <b>{column}</b> {percent(score)} <small>{reason}</small>
          </button>
        ))}
        {columns.length > LISTED ? <span>{columns.slice(LISTED).join(', ')}</span> : null}
      </div>
      {columns.length > 0 ? (
        <Button primary onClick={() => void dropThem()}>
          {trans.__('Drop these')}
        </Button>
      ) : null}
      <Button onClick={() => void model.leaks.aim(null)}>{trans.__('Close')}</Button>
    </section>
  );

  async function dropThem(): Promise<void> {
    await model.append('drop', { columns });
    await model.leaks.aim(null);
  }
}
