import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { duration, exactTime, IconButton, StateMark } from '../ui';
import { ArtifactRows } from './compare-artifacts';
import type { ComparedValues, ComparedRun } from './compare-model';
import { deltaText, valueAt, valueText } from './compare-value';
import type { ICompareProps } from './compare-view';
import { colourAt } from './lines';
import { stateLabel } from './words';

/** Cells of one section that are drawn before somebody asks for the rest. */
const CELLS = 3000;
const FEWEST = 15;

/** All runs as columns of one table, whose rows are what they have. */
export function RunsBeside(props: ICompareProps): React.JSX.Element {
  const { comparison, trans } = props;
  return (
    <div
      className="jp-mlstudio-Compare-table"
      tabIndex={0}
      role="region"
      aria-label={trans.__('Runs beside each other')}
    >
      <table>
        <thead>
          <tr>
            <td />
            {comparison.runs.map((run, place) => (
              <RunHead key={run.id} {...props} run={run} place={place} />
            ))}
          </tr>
        </thead>
        <Rows
          {...props}
          section="metrics"
          title={trans.__('Metrics')}
          rows={comparison.metrics}
          deltas
        />
        <Rows {...props} section="params" title={trans.__('Params')} rows={comparison.params} />
        <Facts {...props} />
        <Rows {...props} section="tags" title={trans.__('Tags')} rows={comparison.tags} />
        <DataRows {...props} />
        <Rows {...props} section="git" title={trans.__('Git')} rows={comparison.git} />
        <Rows
          {...props}
          section="environment"
          title={trans.__('Environment')}
          rows={comparison.environment}
        />
        <ArtifactRows {...props} />
      </table>
    </div>
  );
}

function RunHead(props: ICompareProps & { run: ComparedRun; place: number }): React.JSX.Element {
  const { model, run, place, actions, trans } = props;
  const isReference = model.reference === run.id;
  return (
    <th scope="col" data-reference={isReference} style={{ borderTopColor: colourAt(place) }}>
      <div>
        <button
          type="button"
          className="jp-mlstudio-Link"
          title={`${run.name}\n${exactTime(run.started_at)}`}
          onClick={() => actions.openRun(run.id)}
        >
          {run.name}
        </button>
        {model.ids.length > 2 ? (
          <IconButton
            label={trans.__('Leave %1 out', run.name)}
            onClick={() => model.remove(run.id)}
          >
            <closeIcon.react tag="span" elementSize="small" />
          </IconButton>
        ) : null}
      </div>
      <label title={trans.__('Hold the others against this run')}>
        <input
          type="radio"
          name={`reference of ${model.ids[0]}`}
          checked={isReference}
          onChange={() => model.refer(run.id)}
        />
        {trans.__('Reference')}
      </label>
      <StateMark state={run.state} label={stateLabel(run.state, trans)} />
    </th>
  );
}

interface IRowsProps extends ICompareProps {
  section: string;
  title: string;
  rows: readonly ComparedValues[];
  /** Whether numbers are shown with how far they are from the reference. */
  deltas?: boolean;
}

function Rows(props: IRowsProps): React.JSX.Element | null {
  const { model, comparison, section, title, rows, deltas, trans } = props;
  const [all, setAll] = React.useState(false);
  const count = comparison.runs.length;
  const wanted = model.shown(rows);
  if (wanted.length === 0) {
    return null;
  }
  const limit = all ? wanted.length : Math.max(FEWEST, Math.floor(CELLS / count));
  const place = comparison.runs.findIndex(({ id }) => id === model.reference);
  return (
    <tbody data-section={section}>
      <GroupHead title={title} count={wanted.length} span={count + 1} />
      {wanted.slice(0, limit).map(row => (
        <Row key={row.name} row={row} count={count} reference={place} deltas={deltas ?? false} />
      ))}
      {wanted.length > limit ? (
        <tr>
          <td colSpan={count + 1}>
            <button type="button" className="jp-mlstudio-Link" onClick={() => setAll(true)}>
              {trans.__('Show %1 more', wanted.length - limit)}
            </button>
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}

/** The name of a group of rows. */
export function GroupHead(props: {
  title: string;
  count: number;
  span: number;
}): React.JSX.Element {
  return (
    <tr className="jp-mod-group">
      <th scope="rowgroup" colSpan={props.span}>
        {props.title} <small>{props.count}</small>
      </th>
    </tr>
  );
}

interface IRowProps {
  row: ComparedValues;
  count: number;
  reference: number;
  deltas: boolean;
}

const Row = React.memo(function Row(props: IRowProps): React.JSX.Element {
  const { row, count, reference, deltas } = props;
  const { name, values, differs } = row;
  const first = valueAt(values, reference);
  return (
    <tr data-differs={differs}>
      <th scope="row" title={name}>
        {name}
      </th>
      {differs ? (
        Array.from({ length: count }, (_, place) => {
          const value = valueAt(values, place) ?? null;
          const delta = deltas ? deltaText(value, first) : '';
          return (
            <td key={place} title={String(value ?? '')} data-other={value !== first}>
              {valueText(value)}
              {delta ? <small>{delta}</small> : null}
            </td>
          );
        })
      ) : (
        <td colSpan={count} className="jp-mod-same" title={String(values[0] ?? '')}>
          {valueText(values[0])}
        </td>
      )}
    </tr>
  );
});

/** When, how long and by whom. */
function Facts(props: ICompareProps): React.JSX.Element | null {
  const { comparison, trans } = props;
  const { runs } = comparison;
  const rows: [string, (string | null)[]][] = [
    [trans.__('Experiment'), runs.map(run => run.experiment)],
    [trans.__('Notebook'), runs.map(run => run.notebook)],
    [trans.__('Started'), runs.map(run => exactTime(run.started_at))],
    [
      trans.__('Duration'),
      runs.map(run => (run.seconds === null ? null : duration(run.seconds * 1000)))
    ],
    [trans.__('User'), runs.map(run => run.user || null)]
  ];
  const made = rows.map(([name, values]): ComparedValues => {
    const differs = new Set(values).size > 1;
    return { name, values: differs ? values : values.slice(0, 1), differs };
  });
  return <Rows {...props} section="runs" title={trans.__('Runs')} rows={made} />;
}

function DataRows(props: ICompareProps): React.JSX.Element | null {
  const { comparison, trans } = props;
  const rows: ComparedValues[] = comparison.data.map(each => {
    const values = each.digests.map((digest, place) => {
      const [rowCount, columns] = [each.rows[place], each.columns[place]];
      const size = rowCount ? trans.__('%1 × %2', rowCount.toLocaleString(), columns ?? '?') : '';
      return digest === null ? null : [digest.slice(0, 8), size].filter(Boolean).join(' · ');
    });
    const name = each.context ? `${each.name} (${each.context})` : each.name;
    return { name, values: each.differs ? values : values.slice(0, 1), differs: each.differs };
  });
  return <Rows {...props} section="data" title={trans.__('Data')} rows={rows} />;
}
