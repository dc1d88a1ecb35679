import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, Button, duration, exactTime, Failure, Loading, StateMark } from '../ui';
import { SweepBar } from './lists';
import { SweepTable } from './sweep-table';
import type { SweepModel, SweepResults } from './sweep-model';
import { endedOf, stateOf } from './sweeps';
import { useTicks } from './ticks';
import { wordOf } from './words';

const SECOND = 1000;

/** What the view of a sweep asks of the application. */
export interface ISweepActions {
  stop: () => void;
  retry: () => void;
  remove: () => void;
  again: () => void;
  csv: () => void;
  openJob: (id: string) => void;
  /** Open a file of the project. */
  openFile: (path: string) => void;
  /** Open an MLflow run; null where that is not possible. */
  readonly openRun: ((runId: string) => void) | null;
}

/** One sweep in the main area. */
export class SweepView extends VDomRenderer<SweepModel> {
  constructor(
    model: SweepModel,
    private readonly _actions: ISweepActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-JobView');
    this.addClass('jp-mlstudio-SweepView');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { results, failure } = model;
    const broken =
      failure === null ? null : (
        <Failure
          message={failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    if (results === null) {
      return broken ?? <Loading label={trans.__('Loading the sweep')} />;
    }
    return (
      <>
        {broken}
        <Head results={results} actions={actions} trans={trans} />
        <SweepTable model={model} results={results} actions={actions} trans={trans} />
      </>
    );
  }
}

interface IHeadProps {
  results: SweepResults;
  actions: ISweepActions;
  trans: TranslationBundle;
}

function Head({ results, actions, trans }: IHeadProps): React.JSX.Element {
  const { sweep } = results;
  const { notebook } = sweep.spec.job;
  const state = stateOf(sweep);
  return (
    <header className="jp-mlstudio-JobView-head">
      <div className="jp-mlstudio-JobView-title">
        <StateMark state={state} label={wordOf(state, trans)} />
        <h2 title={sweep.name}>{sweep.name}</h2>
        <Buttons results={results} actions={actions} trans={trans} />
      </div>
      <p>
        <button className="jp-mlstudio-Link" onClick={() => actions.openFile(notebook)}>
          {notebook}
        </button>
        <span>{trans.__('%1 of %2 jobs', endedOf(sweep), sweep.count)}</span>
        {sweep.counts.failed > 0 ? (
          <span>{trans._n('1 failed', '%1 failed', sweep.counts.failed)}</span>
        ) : null}
        <Times results={results} trans={trans} />
        <span>{ranking(results, trans)}</span>
      </p>
      <SweepBar sweep={sweep} trans={trans} />
    </header>
  );
}

function ranking({ metric, direction }: SweepResults, trans: TranslationBundle): string {
  if (metric === null) {
    return '';
  }
  return direction === 'maximize'
    ? trans.__('best: the largest %1', metric)
    : trans.__('best: the smallest %1', metric);
}

function Times({ results, trans }: Omit<IHeadProps, 'actions'>): React.JSX.Element {
  const { created_at, ended_at } = results.sweep;
  useTicks(ended_at === null ? SECOND : null);
  const end = ended_at === null ? Date.now() : Date.parse(ended_at);
  const lasted = Math.max(0, end - Date.parse(created_at));
  const shown = ended_at === null ? Math.floor(lasted / SECOND) * SECOND : lasted;
  return (
    <>
      <time dateTime={created_at} title={exactTime(created_at)}>
        {trans.__('began %1', ago(created_at))}
      </time>
      <span>
        {ended_at === null
          ? trans.__('runs for %1', duration(shown))
          : trans.__('ran %1', duration(shown))}
      </span>
    </>
  );
}

function Buttons({ results, actions, trans }: IHeadProps): React.JSX.Element {
  const { sweep, best, items } = results;
  const { counts } = sweep;
  const winner = items.find(({ number }) => number === best)?.job_id ?? null;
  const broken = counts.failed + counts.stopped + counts.removed;
  return (
    <div className="jp-mlstudio-JobView-buttons">
      <Button
        primary
        disabled={winner === null}
        title={winner === null ? trans.__('No job has given a number to rank by yet') : undefined}
        onClick={() => winner !== null && actions.openJob(winner)}
      >
        {trans.__('Open best')}
      </Button>
      <Button disabled={broken === 0} onClick={actions.retry}>
        {trans.__('Run failed again')}
      </Button>
      <Button onClick={actions.csv}>{trans.__('CSV')}</Button>
      <Button onClick={actions.again}>{trans.__('Sweep again…')}</Button>
      {sweep.ended_at === null ? (
        <Button onClick={actions.stop}>{trans.__('Stop')}</Button>
      ) : (
        <Button onClick={actions.remove}>{trans.__('Remove…')}</Button>
      )}
    </div>
  );
}
