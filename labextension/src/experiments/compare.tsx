import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import { Chart } from './chart';
import { DRAWN_RUNS, type ComparisonModel, type IComparedMetric } from './comparison';
import { ChartFailure, Section } from './detail-parts';
import { colourAt } from './lines';
import { LookBar, PLAIN, useTheme } from './look';
import { differs } from './model';
import type { IColumn, Kind } from './store';
import { written } from './table';

export interface ICompareActions {
  close: () => void;
  open: (id: string) => void;
}

/** Several runs beside each other: what differs, and how their metrics developed. */
export class Comparison extends VDomRenderer<ComparisonModel> {
  constructor(
    model: ComparisonModel,
    private readonly _actions: ICompareActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunDetail');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    return (
      <article aria-label={trans.__('Comparison')}>
        <header>
          <div className="jp-mlstudio-RunDetail-title">
            <h2>{trans._n('%1 run', '%1 runs compared', model.rows.length, model.rows.length)}</h2>
            <IconButton
              className="jp-mod-end"
              label={trans.__('Close the comparison')}
              onClick={actions.close}
            >
              <closeIcon.react tag="span" elementSize="small" />
            </IconButton>
          </div>
        </header>
        <label className="jp-mlstudio-LookBar">
          <input
            type="checkbox"
            checked={model.onlyDifferences}
            onChange={event => {
              model.onlyDifferences = event.target.checked;
            }}
          />
          {trans.__('Only what differs')}
        </label>
        <Differences model={model} actions={actions} trans={trans} />
        <ChartFailure message={model.failure} />
        <Overlays model={model} trans={trans} />
      </article>
    );
  }
}

interface IPartProps {
  model: ComparisonModel;
  trans: TranslationBundle;
}

function Differences({
  model,
  actions,
  trans
}: IPartProps & { actions: ICompareActions }): React.JSX.Element {
  const { rows, columns } = model;
  const titles: Record<Kind, string> = {
    metric: trans.__('Metrics'),
    param: trans.__('Params'),
    tag: trans.__('Tags')
  };
  const kinds: readonly Kind[] = ['metric', 'param', 'tag'];
  return (
    <div
      className="jp-mlstudio-Compare"
      tabIndex={0}
      role="region"
      aria-label={trans.__('Differences')}
    >
      <table>
        <thead>
          <tr>
            <td />
            {rows.map(({ run }, place) => (
              <th key={run.id} scope="col" style={{ borderTopColor: colourAt(place) }}>
                <button type="button" title={run.name} onClick={() => actions.open(run.id)}>
                  {run.name}
                </button>
              </th>
            ))}
          </tr>
        </thead>
        {kinds.map(kind => (
          <Group
            key={kind}
            title={titles[kind]}
            columns={columns.filter(column => column.kind === kind)}
            model={model}
          />
        ))}
      </table>
      {columns.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('Params, metrics and tags are the same.')}</p>
      ) : null}
    </div>
  );
}

interface IGroupProps {
  title: string;
  columns: readonly IColumn[];
  model: ComparisonModel;
}

function Group({ title, columns, model }: IGroupProps): React.JSX.Element | null {
  if (columns.length === 0) {
    return null;
  }
  return (
    <tbody>
      <tr className="jp-mod-group">
        <th scope="rowgroup" colSpan={model.rows.length + 1}>
          {title}
        </th>
      </tr>
      {columns.map(({ key, name }) => (
        <tr key={key} data-differs={differs(model.rows, key)}>
          <th scope="row" title={name}>
            {name}
          </th>
          {model.rows.map(({ run, values }) => (
            <td key={run.id} title={String(values[key] ?? '')}>
              {written(values[key] ?? null)}
            </td>
          ))}
        </tr>
      ))}
    </tbody>
  );
}

function Overlays({ model, trans }: IPartProps): React.JSX.Element {
  const [look, setLook] = React.useState(PLAIN);
  const theme = useTheme();
  const isCut = model.rows.length > DRAWN_RUNS;
  return (
    <Section title={trans.__('Charts')} count={model.metrics.length}>
      {isCut ? (
        <p className="jp-mlstudio-Hint">{trans.__('The first %1 runs are drawn.', DRAWN_RUNS)}</p>
      ) : null}
      <LookBar look={look} onChange={setLook} trans={trans} />
      <div className="jp-mlstudio-Charts">
        {model.metrics.map(metric => (
          <figure key={metric.name}>
            <figcaption>{metric.name}</figcaption>
            <Chart
              label={trans.__('%1 of the compared runs', metric.name)}
              series={metric.series}
              names={namesOf(metric, model)}
              stepLabel={trans.__('Step')}
              look={look}
              theme={theme}
            />
          </figure>
        ))}
      </div>
    </Section>
  );
}

function namesOf({ series }: IComparedMetric, { rows }: ComparisonModel): string[] {
  const names = new Map(rows.map(({ run }) => [run.id, run.name]));
  return series.map(({ run_id }) => names.get(run_id) ?? run_id);
}
