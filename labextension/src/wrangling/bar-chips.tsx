import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton } from '../ui';
import type { IPartProps } from './actions';
import { FilterForm } from './bar-filter';
import type { WrangleModel } from './model';
import { groupsOf } from './table-filter';

/** The order and the choice of rows that are shown; each can be changed, and taken back. */
export function Shown({ model, trans }: IPartProps): React.JSX.Element {
  const { table } = model;
  const { writing } = table;
  const anchor = React.useRef<HTMLDivElement>(null);
  const hidden = table.layout.hiddenOf(table.columns);
  const column = model.column ?? table.columns[0]?.name;
  return (
    <div className="jp-mlstudio-Wrangling-shown" ref={anchor}>
      <ul className="jp-mlstudio-Wrangling-chips" aria-label={trans.__('What is shown')}>
        <Orders model={model} trans={trans} />
        {groupsOf(table.filter).map(({ from, count, words }) => (
          <Chip
            key={`filter-${from}-${words}`}
            trans={trans}
            title={trans.__('Change this filter')}
            onClick={() =>
              table.editFilter({
                column: table.filter[from]?.column ?? '',
                at: { from, count }
              })
            }
            onRemove={() =>
              table.filterBy(
                table.filter.filter((_, index) => index < from || index >= from + count)
              )
            }
          >
            {words}
          </Chip>
        ))}
        {hidden > 0 ? (
          <Chip
            trans={trans}
            title={trans.__('Show them again')}
            onClick={() => showAll(model)}
            onRemove={() => showAll(model)}
          >
            {trans._n('%1 column hidden', '%1 columns hidden', hidden)}
          </Chip>
        ) : null}
        {model.isReady && column !== undefined ? (
          <li>
            <IconButton
              label={trans.__('Filter rows')}
              aria-expanded={writing !== null}
              onClick={() => table.editFilter(writing ? null : { column, at: null })}
            >
              <addIcon.react tag="span" width="14px" />
              <span>{trans.__('Filter')}</span>
            </IconButton>
          </li>
        ) : null}
        {table.filter.length > 0 ? (
          <li>
            <Button
              title={trans.__('Keep only these rows, as a step of the recipe')}
              onClick={() => void keepFilter(model)}
            >
              {trans.__('Make it a step')}
            </Button>
          </li>
        ) : null}
      </ul>
      {writing ? (
        <FilterForm key={JSON.stringify(writing)} model={model} trans={trans} writing={writing} />
      ) : null}
    </div>
  );
}

function Orders({ model, trans }: IPartProps): React.JSX.Element {
  const { table } = model;
  const many = table.sort.length > 1;
  return (
    <>
      {table.sort.map((key, index) => (
        <Chip
          key={`sort-${key.column}`}
          trans={trans}
          title={trans.__('Turn the order round')}
          onClick={() =>
            table.sortBy(
              table.sort.map(other =>
                other === key ? { ...key, descending: !key.descending } : other
              )
            )
          }
          onRemove={() => table.sortBy(table.sort.filter(other => other !== key))}
        >
          {`${many ? `${index + 1} ` : ''}${key.descending ? '▼' : '▲'} ${key.column}`}
        </Chip>
      ))}
    </>
  );
}

interface IChipProps extends Pick<IPartProps, 'trans'> {
  title: string;
  onClick: () => void;
  onRemove: () => void;
  children: string;
}

function Chip({ trans, title, onClick, onRemove, children }: IChipProps): React.JSX.Element {
  return (
    <li className="jp-mlstudio-Wrangling-chip">
      <button type="button" title={`${children}\n${title}`} onClick={onClick}>
        {children}
      </button>
      <IconButton label={trans.__('No longer: %1', children)} onClick={onRemove}>
        <closeIcon.react tag="span" width="10px" />
      </IconButton>
    </li>
  );
}

function showAll({ table }: WrangleModel): void {
  table.layout.hide(
    table.columns.map(({ name }) => name),
    false
  );
}

async function keepFilter(model: WrangleModel): Promise<void> {
  const conditions = model.table.filter;
  model.table.filterBy([]);
  await model.append('filter', { conditions }, model.looked);
}
