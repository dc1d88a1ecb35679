import * as React from 'react';

import { exactTime, Failure } from '../ui';
import { RunCharts } from './chart-run';
import type { IPartProps } from './detail';
import { Note, Tags } from './detail-edit';
import { Datasets, Models, Parts, Section } from './detail-parts';
import { Values } from './detail-values';
import { valueText } from './words';

/** The most important of a run on one page. */
export function Overview(props: IPartProps & { onOrigin: () => void }): React.JSX.Element {
  const { run, trans } = props;
  const params = React.useMemo(
    () => run.params.map(({ name, value }) => ({ name, value })),
    [run.params]
  );
  return (
    <div className="jp-mlstudio-RunDetail-overview">
      <div>
        <Stale {...props} />
        {run.error ? <Failure message={run.error} /> : null}
        <Note {...props} />
        <Metrics {...props} />
        <Charts {...props} />
        <Parts {...props} />
      </div>
      <div>
        <Section title={trans.__('Params')} count={params.length}>
          <Values values={params} label={trans.__('Params')} trans={trans} />
        </Section>
        <Section title={trans.__('Tags')} count={Object.keys(run.tags).length} always>
          <Tags {...props} />
        </Section>
        <Section title={trans.__('Data')} count={run.datasets.length}>
          <Datasets {...props} />
        </Section>
        <Section title={trans.__('Models')} count={run.models.length}>
          <Models {...props} />
        </Section>
      </div>
    </div>
  );
}

/** Why the result may not hold any more. */
function Stale(props: IPartProps & { onOrigin: () => void }): React.JSX.Element | null {
  const { model, trans, onOrigin } = props;
  const stale = model.origin?.stale ?? [];
  return stale.length === 0 ? null : (
    <div className="jp-mlstudio-Stale" role="note">
      <strong>{trans.__('Stale')}</strong>
      <ul>
        {stale.map(reason => (
          <li key={reason}>{reason}</li>
        ))}
      </ul>
      <button type="button" onClick={onOrigin}>
        {trans.__('Show the origin')}
      </button>
    </div>
  );
}

function Metrics(props: IPartProps): React.JSX.Element {
  const { run, trans } = props;
  const values = React.useMemo(
    () =>
      run.metrics.map(({ name, value, step, at }) => ({
        name,
        value: valueText(value),
        title: trans.__('%1 at step %2, %3', String(value), step, exactTime(at))
      })),
    [run.metrics]
  );
  return (
    <Section title={trans.__('Metrics')} count={run.metrics.length}>
      <Values values={values} label={trans.__('Metrics')} trans={trans} numeric />
    </Section>
  );
}

/** How the metrics have developed. */
function Charts({ run, actions, api, changed, trans }: IPartProps): React.JSX.Element | null {
  const names = run.metrics.map(({ name }) => name);
  const key = JSON.stringify(names);
  const metrics = React.useMemo(() => names, [key]);
  return metrics.length === 0 ? null : (
    <RunCharts
      api={api}
      run={run.id}
      name={run.name}
      metrics={metrics}
      changed={changed}
      inserting={() => actions.insertChart}
      trans={trans}
    />
  );
}
