import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { bytes, Button, Failure, Loading, number } from '../ui';
import type { IModelActions } from './actions';
import type { VersionsModel } from './versions';

type Row = Schemas['ComparedRow'];
type Comparison = Schemas['VersionComparison'];

export interface IComparePaneProps {
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

/** The marked versions side by side. */
export function ComparePane({ model, actions, trans }: IComparePaneProps): React.JSX.Element {
  const { comparison, marked } = model;
  if (marked.length < 2) {
    return (
      <p className="jp-mlstudio-Hint">
        {model.versions.length < 2
          ? trans.__('There is one version only. Register another one to compare them.')
          : trans.__('Tick two or more versions in the table to compare them.')}
      </p>
    );
  }
  if (comparison.failure !== null) {
    return (
      <Failure
        message={comparison.failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => model.show('compare')}
      />
    );
  }
  return comparison.value === null ? (
    <Loading label={trans.__('Comparing the versions')} />
  ) : (
    <Compared comparison={comparison.value} actions={actions} trans={trans} />
  );
}

interface IComparedProps {
  comparison: Comparison;
  actions: IModelActions;
  trans: TranslationBundle;
}

function Compared({ comparison, actions, trans }: IComparedProps): React.JSX.Element {
  const [all, setAll] = React.useState(false);
  const { versions, runs, rows } = comparison;
  const ids = [...new Set(runs.filter((run): run is string => run !== null))];
  const { compareRuns } = actions;
  const differing = rows.filter(({ same }) => !same).length;
  return (
    <div className="jp-mlstudio-VersionComparison">
      <div className="jp-mlstudio-VersionComparison-bar">
        <label>
          <input type="checkbox" checked={all} onChange={event => setAll(event.target.checked)} />
          {trans.__('Also what is the same (%1)', rows.length - differing)}
        </label>
        {compareRuns && ids.length > 1 ? (
          <Button onClick={() => compareRuns(ids)}>{trans.__('Compare the runs')}</Button>
        ) : null}
      </div>
      {differing === 0 && !all ? (
        <p className="jp-mlstudio-Hint">{trans.__('Nothing that is known differs.')}</p>
      ) : (
        <Table versions={versions} rows={rows.filter(({ same }) => all || !same)} trans={trans} />
      )}
    </div>
  );
}

function Table(props: {
  versions: readonly number[];
  rows: readonly Row[];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { versions, rows, trans } = props;
  const kinds = [...new Set(rows.map(({ kind }) => kind))];
  return (
    <div className="jp-mlstudio-VersionComparison-scroll" tabIndex={0}>
      <table aria-label={trans.__('Comparison of versions')}>
        <thead>
          <tr>
            <th />
            {versions.map(version => (
              <th key={version} scope="col">
                {trans.__('Version %1', version)}
              </th>
            ))}
          </tr>
        </thead>
        {kinds.map(kind => (
          <tbody key={kind}>
            <tr>
              <th scope="rowgroup" colSpan={versions.length + 1}>
                {kindLabel(kind, trans)}
              </th>
            </tr>
            {rows
              .filter(row => row.kind === kind)
              .map(row => (
                <tr key={row.name} data-same={row.same}>
                  <th scope="row" title={row.name}>
                    {kind === 'version' ? factLabel(row.name, trans) : row.name}
                  </th>
                  {row.values.map((value, place) => (
                    <td key={versions[place]} data-numeric={typeof value === 'number'}>
                      <Value row={row} value={value} first={row.values[0] ?? null} />
                    </td>
                  ))}
                </tr>
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}

function Value(props: {
  row: Row;
  value: number | string | null;
  first: number | string | null;
}): React.JSX.Element {
  const { row, value, first } = props;
  if (value === null) {
    return <>–</>;
  }
  if (typeof value === 'string') {
    return <span title={value}>{value}</span>;
  }
  const change = typeof first === 'number' && row.kind === 'metric' ? value - first : 0;
  return (
    <>
      {row.name === 'size' && row.kind === 'version' ? bytes(value) : number(value)}
      {change === 0 ? null : (
        <small>{` ${change > 0 ? '+' : '−'}${number(Math.abs(change))}`}</small>
      )}
    </>
  );
}

function kindLabel(kind: Row['kind'], trans: TranslationBundle): string {
  return {
    version: trans.__('Version'),
    metric: trans.__('Metrics'),
    param: trans.__('Params'),
    data: trans.__('Data'),
    input: trans.__('Inputs'),
    output: trans.__('Outputs'),
    requirement: trans.__('Packages'),
    tag: trans.__('Tags')
  }[kind];
}

function factLabel(name: string, trans: TranslationBundle): string {
  const labels: Record<string, string> = {
    size: trans.__('Size'),
    framework: trans.__('Framework'),
    python: trans.__('Python'),
    aliases: trans.__('Aliases'),
    notebook: trans.__('Notebook'),
    recipe: trans.__('Recipe'),
    commit: trans.__('Commit')
  };
  return labels[name] ?? name;
}
