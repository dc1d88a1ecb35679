import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, exactTime, number } from '../ui';
import type { Detail, Stats } from './endpoint';
import { ScalingForm } from './scaling-form';
import { megabytes } from './traffic';

export interface IScalingProps {
  detail: Detail;
  stats: Stats | null;
  onScale: (scaling: Schemas['Scaling']) => void;
  trans: TranslationBundle;
}

/** How many workers answer: how that is decided, how it went, and the workers there are. */
export function Scaling({ detail, stats, onScale, trans }: IScalingProps): React.JSX.Element {
  const { scaling } = detail.endpoint;
  return (
    <div className="jp-mlstudio-Scaling">
      <ScalingForm
        key={JSON.stringify(scaling)}
        scaling={scaling}
        onScale={onScale}
        trans={trans}
      />
      <div>
        <Workers stats={stats} trans={trans} />
        <Scaled stats={stats} trans={trans} />
      </div>
    </div>
  );
}

function Workers({ stats, trans }: Pick<IScalingProps, 'stats' | 'trans'>): React.JSX.Element {
  const workers = stats?.workers ?? [];
  return (
    <section aria-label={trans.__('Workers')}>
      <header>
        <h3>{trans.__('Workers')}</h3>
      </header>
      {workers.length === 0 ? (
        <p className="jp-mlstudio-Quiet">{trans.__('No process runs now.')}</p>
      ) : (
        <div className="jp-mlstudio-Scroll">
          <table className="jp-mlstudio-Figures">
            <thead>
              <tr>
                <th scope="col">{trans.__('Process')}</th>
                <th scope="col">{trans.__('Requests')}</th>
                <th scope="col">{trans.__('Connections')}</th>
                <th scope="col">{trans.__('Memory')}</th>
                <th scope="col">{trans.__('CPU')}</th>
                <th scope="col">{trans.__('Since')}</th>
              </tr>
            </thead>
            <tbody>
              {workers.map(worker => (
                <tr key={worker.pid}>
                  <td>{worker.pid}</td>
                  <td>{number(worker.requests)}</td>
                  <td>{number(worker.connections)}</td>
                  <td>{megabytes(worker.memory_mb)}</td>
                  <td>{trans.__('%1%', Math.round(worker.cpu))}</td>
                  <td title={exactTime(worker.since)}>{ago(worker.since)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Scaled({
  stats,
  trans
}: Pick<IScalingProps, 'stats' | 'trans'>): React.JSX.Element | null {
  const events = [...(stats?.scaled ?? [])].reverse();
  return events.length === 0 ? null : (
    <section aria-label={trans.__('How it was scaled')}>
      <header>
        <h3>{trans.__('How it was scaled')}</h3>
      </header>
      <ol className="jp-mlstudio-Scaled">
        {events.map(({ at, workers, why }) => (
          <li key={`${at} ${workers}`}>
            <time title={exactTime(at)}>{ago(at)}</time>
            <strong>{number(workers)}</strong>
            <span>{why}</span>
          </li>
        ))}
      </ol>
    </section>
  );
}
