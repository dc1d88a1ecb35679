import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, duration, exactTime, Failure, Loading } from '../ui';
import type { ICell } from './cell';
import type { HistoryModel, JobHistory, PastJob } from './history-model';
import { wordOf } from './words';

interface IHistoryProps {
  model: HistoryModel;
  /** The job that is shown; its bar is marked. */
  job: string;
  cells: readonly ICell[];
  openJob: (id: string) => void;
  trans: TranslationBundle;
}

/** How long the notebook's jobs took: a bar for each, the usual time, and the times of the cells. */
export function History(props: IHistoryProps): React.JSX.Element {
  return <UseSignal signal={props.model.stateChanged}>{() => <Shown {...props} />}</UseSignal>;
}

function Shown(props: IHistoryProps): React.JSX.Element {
  const { model, trans } = props;
  React.useEffect(() => void model.refresh(), [model]);
  const { history, failure } = model;
  if (failure !== null) {
    return (
      <Failure
        message={failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => void model.refresh()}
      />
    );
  }
  if (history === null) {
    return <Loading label={trans.__('Loading the history')} rows={3} />;
  }
  return (
    <div className="jp-mlstudio-History" tabIndex={0} aria-label={trans.__('History')}>
      <Bars {...props} history={history} />
      <CellTimes {...props} history={history} />
    </div>
  );
}

type IPartProps = IHistoryProps & { history: JobHistory };

function Bars({ history, job, openJob, trans }: IPartProps): React.JSX.Element {
  const { items, median, ended, succeeded } = history;
  const longest = Math.max(...items.map(({ seconds }) => seconds ?? 0), median ?? 0, 0.001);
  return (
    <figure>
      <figcaption>
        <strong>
          {median === null
            ? trans.__('No job of this notebook has succeeded yet')
            : trans.__('Usually %1', duration(median * 1000))}
        </strong>
        <span>{trans.__('%1 of %2 succeeded', succeeded, ended)}</span>
      </figcaption>
      <div className="jp-mlstudio-History-bars" role="group" aria-label={trans.__('Durations')}>
        <span className="jp-mlstudio-History-axis">{duration(longest * 1000)}</span>
        {median === null ? null : (
          <i
            className="jp-mlstudio-History-median"
            title={trans.__('Usually %1', duration(median * 1000))}
            style={{ bottom: `${(100 * median) / longest}%` }}
          />
        )}
        {items.map(item => (
          <button
            key={item.job_id}
            type="button"
            aria-current={item.job_id === job || undefined}
            title={described(item, trans)}
            aria-label={described(item, trans)}
            onClick={() => openJob(item.job_id)}
          >
            <i
              data-state={item.state}
              style={{ height: `${Math.max(2, (100 * (item.seconds ?? 0)) / longest)}%` }}
            />
          </button>
        ))}
      </div>
    </figure>
  );
}

function described(item: PastJob, trans: TranslationBundle): string {
  const given = Object.entries(item.parameters).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`
  );
  const lasted = item.seconds === null ? '' : duration(item.seconds * 1000);
  const facts = [item.name, wordOf(item.state, trans), lasted, ago(item.started_at), ...given];
  return `${facts.filter(Boolean).join(' · ')}\n${exactTime(item.started_at)}`;
}

function CellTimes({ history, cells, trans }: IPartProps): React.JSX.Element | null {
  if (history.cells.length === 0) {
    return null;
  }
  const longest = Math.max(...history.cells.map(({ median }) => median ?? 0), 0.001);
  return (
    <table className="jp-mlstudio-History-cells">
      <thead>
        <tr>
          <th scope="col">{trans.__('Cell')}</th>
          <th scope="col" />
          <th scope="col">{trans.__('Here')}</th>
          <th scope="col">{trans.__('Usually')}</th>
          <th scope="col">{trans.__('Failed')}</th>
        </tr>
      </thead>
      <tbody>
        {history.cells.map(({ number, title, median, failed }) => (
          <tr key={number}>
            <td>{number}</td>
            <td>
              <code title={title}>{title}</code>
              <i style={{ width: `${(100 * (median ?? 0)) / longest}%` }} />
            </td>
            <td>{written(cells[number - 1]?.seconds ?? null)}</td>
            <td>{written(median)}</td>
            <td>{failed || ''}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function written(seconds: number | null): string {
  return seconds === null ? '–' : duration(seconds * 1000);
}
