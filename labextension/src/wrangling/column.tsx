import * as React from 'react';

import { Button, Loading, number, percent } from '../ui';
import type { IPartProps } from './actions';
import { ColumnSteps } from './column-steps';
import type { Column, Condition, Profile } from './table';
import { moment, shortType } from './values';

const BARS_HEIGHT = 72;
// Below it, a whole number may well be a year or a code, which no comma belongs into.
const UNGROUPED = 10_000;

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
        <h3 title={column.name}>{column.name}</h3>
        <span title={column.dtype}>{shortType(column.dtype)}</span>
      </header>
      <Orders model={model} trans={trans} column={column} />
      {profile ? (
        <Statistics model={model} trans={trans} column={column} profile={profile} />
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
  const now = table.sort.find(key => key.column === column.name);
  const sort = (descending: boolean): void => {
    const off = now && (now.descending ?? false) === descending;
    table.sortBy(off ? [] : [{ column: column.name, descending }]);
  };
  return (
    <div className="jp-mlstudio-Wrangling-orders" role="group" aria-label={trans.__('Sort')}>
      <Button aria-pressed={now !== undefined && !now.descending} onClick={() => sort(false)}>
        ▲ {trans.__('Smallest first')}
      </Button>
      <Button aria-pressed={now?.descending === true} onClick={() => sort(true)}>
        ▼ {trans.__('Largest first')}
      </Button>
    </div>
  );
}

interface IStatisticsProps extends IColumnProps {
  profile: Profile;
}

function Statistics(props: IStatisticsProps): React.JSX.Element {
  const { model, trans, column, profile } = props;
  const { histogram } = profile;
  return (
    <>
      {histogram ? <Bars {...histogram} largest={profile.max} role={column.role} /> : null}
      <dl>
        {facts(profile, trans).map(([name, value]) => (
          <React.Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </React.Fragment>
        ))}
      </dl>
      <p className="jp-mlstudio-Wrangling-exactness" data-exactness={profile.exactness}>
        {profile.exactness === 'exact'
          ? trans.__('Exact, from %1 rows', number(profile.rows))
          : trans.__('Estimated from %1 rows', number(profile.rows))}
      </p>
      {profile.exactness === 'sampled' && !model.table.isExact ? (
        <Button onClick={() => void model.table.exactly(column.name)}>
          {trans.__('Look at all rows')}
        </Button>
      ) : null}
      {profile.top.length > 0 ? (
        <TopValues model={model} trans={trans} column={column} profile={profile} />
      ) : null}
    </>
  );
}

interface IBarsProps {
  edges: readonly number[];
  counts: readonly number[];
  /** The largest value, which may lie before the last edge. */
  largest: Profile['max'];
  role: string;
}

function Bars({ edges, counts, largest, role }: IBarsProps): React.JSX.Element {
  const highest = Math.max(...counts, 1);
  const edge = (at: number): string => figure(edges[at] ?? null, role);
  return (
    <div className="jp-mlstudio-Wrangling-bars">
      <svg viewBox={`0 0 ${counts.length} ${BARS_HEIGHT}`} preserveAspectRatio="none" aria-hidden>
        {counts.map((count, at) => {
          const tall = count > 0 ? Math.max((count / highest) * BARS_HEIGHT, 1) : 0;
          return (
            <g key={at}>
              <title>{`${edge(at)} – ${edge(at + 1)}: ${number(count)}`}</title>
              <rect
                className="jp-mlstudio-Wrangling-barRoom"
                x={at}
                y={0}
                width={1}
                height={BARS_HEIGHT}
              />
              <rect x={at + 0.06} y={BARS_HEIGHT - tall} width={0.88} height={tall} />
            </g>
          );
        })}
      </svg>
      <div>
        <span>{edge(0)}</span>
        <span>{typeof largest === 'number' ? figure(largest, role) : edge(counts.length)}</span>
      </div>
    </div>
  );
}

function TopValues({ model, trans, column, profile }: IStatisticsProps): React.JSX.Element {
  const { table } = model;
  const present = Math.max(profile.rows - profile.missing, 1);
  const show = (value: string): void =>
    table.filterBy([
      ...table.filter,
      { column: column.name, test: '==', value: typed(value, column) }
    ]);
  return (
    <>
      <h4>{trans.__('Frequent values')}</h4>
      <ul className="jp-mlstudio-Wrangling-top">
        {profile.top.map(({ value, count }) => (
          <li key={value}>
            <button
              type="button"
              title={trans.__(
                'Show only rows with %1: %2 of %3',
                value,
                number(count),
                number(profile.rows)
              )}
              onClick={() => show(value)}
            >
              <i style={{ width: `${(count / present) * 100}%` }} />
              <span>{value === '' ? trans.__('(empty text)') : value}</span>
              <em>{percent(count / present)}</em>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function facts(profile: Profile, trans: IPartProps['trans']): [string, string][] {
  const { min, max, mean, std, quantiles, role } = profile;
  const sure = profile.exactness === 'exact' ? '' : '≈ ';
  const lines: [string, string | null][] = [
    [trans.__('Missing'), `${number(profile.missing)} · ${percent(profile.missing_share)}`],
    [trans.__('Different'), sure + number(profile.distinct)],
    [trans.__('Infinite'), profile.infinite > 0 ? number(profile.infinite) : null],
    [trans.__('Smallest'), min === null || role === 'boolean' ? null : figure(min, role)],
    [trans.__('Median'), quantiles?.[2] === undefined ? null : sure + figure(quantiles[2], role)],
    [trans.__('Mean'), mean === null ? null : sure + figure(mean, role)],
    [trans.__('Largest'), max === null || role === 'boolean' ? null : figure(max, role)],
    [trans.__('Spread'), std === null ? null : sure + number(std)],
    [
      trans.__('Middle half'),
      quantiles
        ? `${figure(quantiles[1] ?? null, role)} – ${figure(quantiles[3] ?? null, role)}`
        : null
    ]
  ];
  return lines.filter((line): line is [string, string] => line[1] !== null);
}

/** Write a figure of a column; those of dates are milliseconds. */
function figure(value: number | string | null, role: string): string {
  if (typeof value === 'string' || value === null) {
    return value ?? '–';
  }
  if (role === 'date' || role === 'datetime') {
    return moment(value, role);
  }
  return Number.isInteger(value) && Math.abs(value) < UNGROUPED ? String(value) : number(value);
}

function typed(value: string, { role }: Column): NonNullable<Condition['value']> {
  if (role === 'boolean') {
    return value.toLowerCase() === 'true';
  }
  return role === 'number' && Number.isFinite(Number(value)) ? Number(value) : value;
}
