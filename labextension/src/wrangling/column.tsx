import * as React from 'react';

import { Button, Loading } from '../ui';
import type { IPartProps } from './actions';
import { Bars } from './column-chart';
import { Exactness, Facts } from './column-facts';
import { ColumnSteps } from './column-steps';
import { TopValues } from './column-values';
import type { Column } from './table';
import { shortType, typeSign } from './values';

/** The statistics of the chosen column, and what can be done with it. */
export function ColumnPane({ model, trans }: IPartProps): React.JSX.Element | null {
  const column = model.table.columns.find(({ name }) => name === model.column);
  if (!column) {
    return null;
  }
  const profile = model.table.profile(column.name);
  return (
    <aside className="jp-mlstudio-Wrangling-column" aria-label={trans.__('Column %1', column.name)}>
      <header>
        <h3 title={column.name} dir="auto">
          {column.name}
        </h3>
        <span title={column.dtype}>
          {typeSign(column.role)} {shortType(column.dtype)}
        </span>
      </header>
      <Orders model={model} trans={trans} column={column} />
      {profile ? (
        <>
          <Guess guess={profile.guess} trans={trans} />
          <Bars model={model} trans={trans} column={column} profile={profile} />
          <Facts profile={profile} trans={trans} />
          <Exactness profile={profile} trans={trans} />
          {profile.top.length > 0 && profile.guess !== 'id' ? (
            <TopValues model={model} trans={trans} column={column} profile={profile} />
          ) : null}
        </>
      ) : (
        <Loading label={trans.__('Looking at the values')} rows={8} />
      )}
      <footer>
        <ColumnSteps model={model} trans={trans} column={column} />
        <Button
          title={trans.__('Find columns that give %1 away', column.name)}
          onClick={() => void model.leaks.aim(column.name)}
        >
          {trans.__('Use as target')}
        </Button>
      </footer>
    </aside>
  );
}

interface IColumnProps extends IPartProps {
  column: Column;
}

function Orders({ model, trans, column }: IColumnProps): React.JSX.Element {
  const { table } = model;
  const { name } = column;
  const now = table.sort.find(key => key.column === name);
  const sort = (descending: boolean): void => {
    const off = now && (now.descending ?? false) === descending;
    table.sortBy(off ? [] : [{ column: name, descending }]);
  };
  const pinned = table.layout.isPinned(name);
  return (
    <div className="jp-mlstudio-Wrangling-orders" role="group" aria-label={trans.__('Show')}>
      <Button
        title={trans.__('Smallest first')}
        aria-label={trans.__('Smallest first')}
        aria-pressed={now !== undefined && !now.descending}
        onClick={() => sort(false)}
      >
        ▲
      </Button>
      <Button
        title={trans.__('Largest first')}
        aria-label={trans.__('Largest first')}
        aria-pressed={now?.descending === true}
        onClick={() => sort(true)}
      >
        ▼
      </Button>
      <Button onClick={() => table.editFilter({ column: name, at: null })}>
        {trans.__('Filter…')}
      </Button>
      <Button aria-pressed={pinned} onClick={() => table.layout.pin(name, !pinned)}>
        {trans.__('Pin')}
      </Button>
      <Button onClick={() => table.layout.hide([name], true)}>{trans.__('Hide')}</Button>
    </div>
  );
}

/** What the column seems to be. */
function Guess({ guess, trans }: { guess: string } & Pick<IPartProps, 'trans'>): React.JSX.Element {
  const words: Readonly<Record<string, string>> = {
    id: trans.__('Looks like an identifier'),
    category: trans.__('Looks like a category'),
    number: trans.__('Looks like a quantity'),
    text: trans.__('Looks like free text'),
    date: trans.__('Looks like a date'),
    boolean: trans.__('Yes or no'),
    target: trans.__('Could be a target'),
    constant: trans.__('Always the same value'),
    empty: trans.__('Entirely missing'),
    nested: trans.__('Holds lists or records')
  };
  return <p className="jp-mlstudio-Wrangling-guess">{words[guess] ?? ''}</p>;
}
