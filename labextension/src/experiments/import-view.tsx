import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { bytes, Button, Failure, Loading } from '../ui';
import type { Importable, ImportModel, RunImport } from './import-model';

const SHOWN = 200;

/** What an import asks of the application. */
export interface IImportActions {
  /** Let the user choose a folder or file; null if nobody wants one. */
  choose: () => Promise<string | null>;
  openRun: (id: string) => void;
  close: () => void;
}

/** Imports runs: choose a folder, see what is in it, import, read what was left out. */
export class ImportView extends VDomRenderer<ImportModel> {
  constructor(
    model: ImportModel,
    private readonly _actions: IImportActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-Import');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { found, report, failure } = model;
    return (
      <article aria-label={trans.__('Import runs')}>
        <Source model={model} actions={actions} trans={trans} />
        {failure === null ? null : <Failure message={failure} />}
        {model.isLooking ? <Loading label={trans.__('Looking for runs')} rows={4} /> : null}
        {report ? (
          <Progress report={report} model={model} actions={actions} trans={trans} />
        ) : found ? (
          <Found key={model.path} found={found} model={model} trans={trans} />
        ) : null}
      </article>
    );
  }
}

interface IPartProps {
  model: ImportModel;
  trans: TranslationBundle;
}

function Source({
  model,
  actions,
  trans
}: IPartProps & { actions: IImportActions }): React.JSX.Element {
  const choose = (): void => {
    void actions.choose().then(path => {
      if (path !== null) {
        void model.look(path);
      }
    });
  };
  return (
    <header>
      <h2>{trans.__('Import Runs')}</h2>
      <p>
        {trans.__(
          'From a folder with TensorBoard’s event files, a wandb folder, or what was exported from W&B.'
        )}
      </p>
      <div className="jp-mlstudio-Import-source">
        <code>{model.path || trans.__('No folder chosen yet')}</code>
        <Button onClick={choose} primary={!model.path} disabled={model.report?.state === 'running'}>
          {trans.__('Choose…')}
        </Button>
      </div>
    </header>
  );
}

function Found({ found, model, trans }: IPartProps & { found: Importable }): React.JSX.Element {
  const [experiment, setExperiment] = React.useState('');
  const kinds = {
    tensorboard: trans.__('TensorBoard'),
    wandb: trans.__('Weights & Biases')
  };
  const total = found.items.reduce((sum, { size }) => sum + size, 0);
  const start = (): void => {
    model.experiment = experiment;
    void model.start();
  };
  return (
    <section>
      <h3>
        {trans._n('%1 run', '%1 runs', found.items.length, found.items.length)} ·{' '}
        {kinds[found.kind]} · {bytes(total)}
      </h3>
      <ul className="jp-mlstudio-Import-runs" aria-label={trans.__('Runs found')}>
        {found.items.slice(0, SHOWN).map(({ name, source, size }) => (
          <li key={source + name} title={source}>
            <span>{name}</span>
            <small>{bytes(size)}</small>
          </li>
        ))}
      </ul>
      {found.items.length > SHOWN ? (
        <p className="jp-mlstudio-Hint">{trans.__('and %1 more', found.items.length - SHOWN)}</p>
      ) : null}
      <form
        onSubmit={event => {
          event.preventDefault();
          start();
        }}
      >
        <label>
          {trans.__('Experiment')}
          <input
            value={experiment}
            placeholder={found.experiment}
            maxLength={250}
            onChange={event => setExperiment(event.target.value)}
          />
        </label>
        <Button primary type="submit">
          {trans.__('Import')}
        </Button>
      </form>
      <p className="jp-mlstudio-Hint">
        {trans.__('Runs that were imported before are not doubled: only what is new is added.')}
      </p>
    </section>
  );
}

function Progress(
  props: IPartProps & { report: RunImport; actions: IImportActions }
): React.JSX.Element {
  const { report, model, actions, trans } = props;
  const { state, items, total, left_out, error, experiment } = report;
  const words = {
    running: trans.__('Importing into %1', experiment),
    succeeded: trans.__('Imported into %1', experiment),
    stopped: trans.__('Stopped; what is done stays in %1', experiment),
    failed: trans.__('Failed after %1 runs', items.length)
  };
  const points = items.reduce((sum, run) => sum + run.points, 0);
  return (
    <section aria-live="polite">
      <h3>{words[state]}</h3>
      <progress max={total} value={items.length + left_out.length} aria-label={words[state]} />
      <p>
        {trans.__('%1 of %2 runs, %3 values', items.length, total, points.toLocaleString())}{' '}
        {state === 'running' ? (
          <Button onClick={() => void model.stop()}>{trans.__('Stop')}</Button>
        ) : (
          <Button primary onClick={actions.close}>
            {trans.__('Show the runs')}
          </Button>
        )}
      </p>
      {error === null ? null : <Failure message={error} />}
      <ul className="jp-mlstudio-Import-runs" aria-label={trans.__('Runs imported')}>
        {items.slice(0, SHOWN).map(run => (
          <Imported key={run.run_id} run={run} actions={actions} trans={trans} />
        ))}
        {left_out.map(text => (
          <li key={text} data-state="failed">
            {text}
          </li>
        ))}
      </ul>
    </section>
  );
}

function Imported(props: {
  run: RunImport['items'][number];
  actions: IImportActions;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { run, actions, trans } = props;
  const states = {
    new: trans.__('new'),
    extended: trans.__('extended'),
    unchanged: trans.__('nothing new')
  };
  return (
    <li title={run.source}>
      <button
        type="button"
        className="jp-mlstudio-Link"
        onClick={() => actions.openRun(run.run_id)}
      >
        {run.name}
      </button>
      <small>
        {states[run.state]}
        {run.points > 0 ? ` · ${trans.__('%1 values', run.points.toLocaleString())}` : ''}
      </small>
      {run.left_out.map(text => (
        <small key={text}>{text}</small>
      ))}
    </li>
  );
}
