import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Failure, Loading, number, percent } from '../ui';
import { Images } from './chart-images';
import type { ChartModel } from './chart-model';
import { Plot } from './chart-plot';
import { Tables } from './chart-tables';
import type { IPlot } from './plot';

const NAMED = 8;

export interface IBodyProps {
  model: ChartModel;
  label: string;
  trans: TranslationBundle;
  version: number;
  onPlot?: (plot: IPlot | null) => void;
}

/** What is below the head of a chart: the drawing, or why there is none. */
export function ChartBody(props: IBodyProps): React.JSX.Element {
  const { model, trans } = props;
  const { content, failure } = model;
  if (failure !== null) {
    return (
      <Failure
        message={failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => void model.refresh()}
      />
    );
  }
  if (content === null) {
    return <Loading label={trans.__('Loading the chart')} rows={5} />;
  }
  const hint = nothing(model, trans);
  if (hint !== null) {
    return <p className="jp-mlstudio-Hint">{hint}</p>;
  }
  if (content.kind === 'images') {
    return <Images model={model} items={content.images.items} trans={trans} />;
  }
  if (content.kind === 'table') {
    return <Tables model={model} tables={content.tables} trans={trans} />;
  }
  return (
    <>
      <Plot {...props} />
      <Names model={model} trans={trans} />
    </>
  );
}

/** The runs by name and colour, as long as they can be read; beyond that the mouse tells. */
function Names({
  model,
  trans
}: {
  model: ChartModel;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { runs } = model;
  const entries = entriesOf(model);
  const note = noteOf(model, trans);
  if (entries.length === 0 && note === null) {
    return null;
  }
  return (
    <div className="jp-mlstudio-ChartNames">
      {entries.length <= NAMED
        ? entries.map(({ run, text }) => (
            <button
              key={`${run} ${text}`}
              type="button"
              aria-pressed={runs.selected.has(run)}
              onClick={() => runs.toggle(run)}
              onMouseEnter={() => {
                runs.highlighted = run;
              }}
              onMouseLeave={() => {
                runs.highlighted = null;
              }}
            >
              <i style={{ background: runs.colourOf(run) }} aria-hidden />
              <span>{runs.nameOf(run)}</span>
              {text ? <b>{text}</b> : null}
            </button>
          ))
        : null}
      {entries.length > NAMED ? (
        <small>{trans.__('%1 runs · point at a line to see which', entries.length)}</small>
      ) : null}
      {note ? <small>{note}</small> : null}
    </div>
  );
}

function entriesOf({ content, spec, isBars }: ChartModel): { run: string; text: string }[] {
  if (content?.kind === 'curves') {
    if (isBars) {
      return [];
    }
    const runs = [...new Set(content.curves.map(({ run }) => run))];
    return runs.map(run => {
      const [only, ...others] = content.curves.filter(curve => curve.run === run);
      const last = only?.values[only.values.length - 1];
      return { run, text: others.length === 0 && last !== undefined ? number(last) : '' };
    });
  }
  return content?.kind === 'judgement' && spec.kind !== 'confusion'
    ? content.judgement.curves.map(({ run, score }) => ({ run, text: number(score) }))
    : [];
}

function noteOf({ content, spec }: ChartModel, trans: TranslationBundle): string | null {
  if (content?.kind === 'importance') {
    const { runs, score } = content.importance;
    const from = trans._n('from %1 run', 'from %1 runs', runs, runs.toLocaleString());
    return score === null
      ? from
      : score < 0.05
        ? `${from} · ${trans.__('the params explain next to nothing')}`
        : `${from} · ${trans.__('the params explain %1 of it', percent(score))}`;
  }
  if (content?.kind !== 'judgement') {
    return null;
  }
  const { missing, labels, confusions } = content.judgement;
  const [first] = content.judgement.curves;
  const parts = [
    first && labels.length > 2 ? trans.__('positive: %1', first.label) : '',
    spec.kind === 'confusion' && confusions.length > 6 ? trans.__('the first 6 runs') : '',
    missing.length > 0
      ? trans._n(
          '%1 run without predictions',
          '%1 runs without predictions',
          missing.length,
          missing.length
        )
      : ''
  ].filter(Boolean);
  return parts.length > 0 ? parts.join(' · ') : null;
}

/** Why there is nothing to draw, and what to do; null if there is something. */
function nothing(model: ChartModel, trans: TranslationBundle): string | null {
  const { content, spec, runs } = model;
  switch (content?.kind) {
    case 'curves':
      return content.curves.length > 0
        ? null
        : trans.__('None of these runs has logged %1.', (spec.metrics ?? []).join(', ') || '…');
    case 'judgement':
      return content.judgement.curves.length + content.judgement.confusions.length > 0
        ? null
        : trans.__(
            'None of these runs has logged predictions. In the notebook: run.log_predictions(y_true, y_pred, y_score).'
          );
    case 'columns': {
      const needed =
        spec.kind === 'parallel'
          ? (spec.columns ?? [])
          : spec.kind === 'box'
            ? [spec.y]
            : [spec.x, spec.y];
      const isThere = needed.filter(key => key && runs.column(key)).length;
      return isThere >= (spec.kind === 'box' ? 1 : 2) && runs.all.length > 0
        ? null
        : trans.__('Choose its columns: press the gear.');
    }
    case 'images':
      return content.images.items.length > 0
        ? null
        : trans.__(
            'None of these runs has kept images. In the notebook: run.log_figure(figure, "name.png").'
          );
    case 'table':
      return content.tables.items.length > 0
        ? null
        : trans.__('None of these runs has kept such a table (csv, parquet or json).');
    default:
      return null;
  }
}
