import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { exactTime, Failure } from '../ui';
import { Chart } from './chart';
import type { IPartProps } from './detail';
import { LookBar, PLAIN, useTheme } from './look';
import type { Run, RunModel, Series } from './run';
import { written } from './table';

export interface ISectionProps {
  title: string;
  /** How many things are in it; without any it is not shown. */
  count: number;
  /** Whether it begins folded. */
  folded?: boolean;
  children: React.ReactNode;
}

/** A part of the details that can be folded away. */
export function Section({
  title,
  count,
  folded,
  children
}: ISectionProps): React.JSX.Element | null {
  return count === 0 ? null : (
    <details className="jp-mlstudio-Section" open={!folded}>
      <summary>
        {title} <small>{count}</small>
      </summary>
      {children}
    </details>
  );
}

/** Names and values below each other. */
export function Values({
  values
}: {
  values: readonly { name: string; value: string }[];
}): React.JSX.Element {
  return (
    <dl className="jp-mlstudio-Values">
      {values.map(({ name, value }) => (
        <React.Fragment key={name}>
          <dt title={name}>{name}</dt>
          <dd>{value}</dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

export interface IChartsProps {
  model: RunModel;
  run: Run;
  trans: TranslationBundle;
}

/** The metrics of a run: their latest values, and charts of those that developed. */
export function Charts({ model, run, trans }: IChartsProps): React.JSX.Element | null {
  const [look, setLook] = React.useState(PLAIN);
  const theme = useTheme();
  const { series } = model;
  return (
    <Section title={trans.__('Metrics')} count={run.metrics.length}>
      <dl className="jp-mlstudio-Metrics">
        {run.metrics.map(({ name, value, step, at }) => (
          <div key={name} title={trans.__('%1 at step %2, %3', String(value), step, exactTime(at))}>
            <dt>{name}</dt>
            <dd>{written(value)}</dd>
          </div>
        ))}
      </dl>
      {series.length > 0 ? <LookBar look={look} onChange={setLook} trans={trans} /> : null}
      <div className="jp-mlstudio-Charts">
        {series.map(one => (
          <figure key={one.metric}>
            <figcaption>
              {one.metric} <small>{points(one, trans)}</small>
            </figcaption>
            <OneChart series={one} look={look} theme={theme} trans={trans} />
          </figure>
        ))}
      </div>
    </Section>
  );
}

interface IOneChartProps {
  series: Series;
  look: typeof PLAIN;
  theme: string;
  trans: TranslationBundle;
}

function OneChart({ series, look, theme, trans }: IOneChartProps): React.JSX.Element {
  const all = React.useMemo(() => [series], [series]);
  return (
    <Chart
      label={trans.__('%1 over the run', series.metric)}
      series={all}
      names={[series.metric]}
      stepLabel={trans.__('Step')}
      look={look}
      theme={theme}
    />
  );
}

/** Where a run comes from: data, notebook cell, recipe, commit. */
export function Origin({ run, actions, trans }: IPartProps): React.JSX.Element {
  const facts = [
    { name: trans.__('Notebook'), value: run.notebook },
    { name: trans.__('Recipe'), value: run.recipe },
    { name: trans.__('Commit'), value: run.commit },
    { name: trans.__('Run id'), value: run.id }
  ].flatMap(({ name, value }) => (value ? [{ name, value }] : []));
  const data = run.datasets.map(({ name, rows, columns, digest, source, context }) => ({
    name: context ? `${name} (${context})` : name,
    value: [
      rows !== null ? trans.__('%1 × %2', rows.toLocaleString(), columns ?? '?') : '',
      digest,
      source
    ]
      .filter(Boolean)
      .join(' · ')
  }));
  return (
    <>
      <Section title={trans.__('Data')} count={data.length}>
        <Values values={data} />
      </Section>
      <Section title={trans.__('Parts of this run')} count={run.children.length}>
        <ul className="jp-mlstudio-Links">
          {[...(run.parent ? [run.parent] : []), ...run.children].map(id => (
            <li key={id}>
              <button type="button" onClick={() => actions.open(id)}>
                {id}
              </button>
            </li>
          ))}
        </ul>
      </Section>
      <Section title={trans.__('Origin')} count={facts.length} folded>
        <Values values={facts} />
        {run.cell ? <pre className="jp-mlstudio-Preview">{run.cell}</pre> : null}
      </Section>
    </>
  );
}

/** Why charts could not be had. */
export function ChartFailure({ message }: { message: string | null }): React.JSX.Element | null {
  return message === null ? null : <Failure message={message} />;
}

function points({ total, steps }: Series, trans: TranslationBundle): string {
  return total > steps.length
    ? trans.__('%1 points, drawn as ranges', total.toLocaleString())
    : trans.__('%1 points', total.toLocaleString());
}
