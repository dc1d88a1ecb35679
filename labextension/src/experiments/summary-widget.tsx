import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, duration, exactTime, Failure, StateMark } from '../ui';
import { useVersion } from './chart-react';
import { colourAt } from './lines';
import type { ICurve } from './plot-curves-shape';
import { lasted, stateLabel, valueText } from './words';

const SHOWN = 40;
const [WIDE, TALL] = [80, 16];

/** A run that is shown in the output of a cell. */
export interface ISummary {
  readonly changed: ISignal<unknown, void>;
  readonly run: Schemas['Run'] | null;
  /** How its metrics developed, by name. */
  readonly curves: ReadonlyMap<string, ICurve>;
}

/** What a run was made with and what came out, in the output of a cell. */
export class SummaryWidget extends ReactWidget {
  constructor(
    private readonly _summary: ISummary,
    private readonly _trans: TranslationBundle,
    private readonly _open: () => void
  ) {
    super();
  }

  protected render(): React.JSX.Element {
    return <RunSummary summary={this._summary} trans={this._trans} open={this._open} />;
  }
}

export interface ISummaryProps {
  summary: ISummary;
  trans: TranslationBundle;
  open: () => void;
}

export function RunSummary({ summary, trans, open }: ISummaryProps): React.JSX.Element | null {
  useVersion(summary);
  const { run, curves } = summary;
  return run ? (
    <article className="jp-mlstudio-RunSummary" aria-label={run.name}>
      <header>
        <button type="button" className="jp-mlstudio-Link" onClick={open}>
          {run.name}
        </button>
        <StateMark state={run.state} label={stateLabel(run.state, trans)} />
        <span title={trans.__('Experiment')}>{run.experiment}</span>
        <time title={exactTime(run.started_at)}>{ago(run.started_at)}</time>
        <span title={trans.__('How long it took')}>{duration(lasted(run))}</span>
      </header>
      {run.error ? <Failure message={run.error} /> : null}
      {run.note ? <p>{run.note}</p> : null}
      <div>
        <Table title={trans.__('Metrics')} total={run.metrics.length} trans={trans}>
          {run.metrics.slice(0, SHOWN).map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td title={String(value)}>{valueText(value)}</td>
              <td>
                <Sparkline curve={curves.get(name)} />
              </td>
            </tr>
          ))}
        </Table>
        <Table title={trans.__('Params')} total={run.params.length} trans={trans}>
          {run.params.slice(0, SHOWN).map(({ name, value }) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td title={value.slice(0, 1000)}>{value.slice(0, 200)}</td>
            </tr>
          ))}
        </Table>
      </div>
    </article>
  ) : null;
}

function Table({
  title,
  total,
  trans,
  children
}: {
  title: string;
  total: number;
  trans: TranslationBundle;
  children: React.ReactNode;
}): React.JSX.Element | null {
  return total === 0 ? null : (
    <table>
      <caption>{title}</caption>
      <tbody>{children}</tbody>
      {total > SHOWN ? (
        <tfoot>
          <tr>
            <td colSpan={3}>{trans.__('and %1 more', (total - SHOWN).toLocaleString())}</td>
          </tr>
        </tfoot>
      ) : null}
    </table>
  );
}

/** A metric in a line of text; nothing if it has one value. */
function Sparkline({ curve }: { curve: ICurve | undefined }): React.JSX.Element | null {
  if (!curve || curve.total <= 1) {
    return null;
  }
  const { values } = curve;
  const known = values.filter(value => Number.isFinite(value));
  const [low, high] = [Math.min(...known), Math.max(...known)];
  const across = (place: number): number =>
    1 + (place * (WIDE - 2)) / Math.max(1, values.length - 1);
  const up = (value: number): number => TALL - 2 - ((value - low) / (high - low || 1)) * (TALL - 4);
  let isDrawing = false;
  const path = Array.from(values, (value, place) => {
    const isThere = Number.isFinite(value);
    const step = isThere
      ? `${isDrawing ? 'L' : 'M'}${across(place).toFixed(1)} ${up(value).toFixed(1)}`
      : '';
    isDrawing = isThere;
    return step;
  }).join('');
  return (
    <svg width={WIDE} height={TALL} aria-hidden>
      <path d={path} fill="none" stroke={colourAt(0)} />
    </svg>
  );
}
