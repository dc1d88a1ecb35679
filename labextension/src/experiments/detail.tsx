import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon, editIcon, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  ago,
  Button,
  CopyButton,
  duration,
  exactTime,
  Failure,
  IconButton,
  Loading,
  StateMark
} from '../ui';
import { Artifacts } from './artifacts';
import { Charts, Origin, Section, Values } from './detail-parts';
import { lasted } from './model';
import type { Run, RunModel } from './run';
import { stateLabel } from './words';

/** What the details of a run ask of the application; null where it cannot be done. */
export interface IDetailActions {
  close: () => void;
  open: (id: string) => void;
  rename: (run: Run) => void;
  annotate: (run: Run) => void;
  remove: (run: Run) => void;
  restore: (run: Run) => void;
  openFile: (path: string) => void;
  readonly openJob: ((id: string) => void) | null;
  readonly register: ((id: string) => void) | null;
  readonly deploy: ((id: string) => void) | null;
  address: (id: string, path: string) => string;
}

/** Everything about one run: the right half of the Experiments tab. */
export class RunDetail extends VDomRenderer<RunModel> {
  constructor(
    model: RunModel,
    private readonly _actions: IDetailActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunDetail');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { run, failure } = model;
    if (failure !== null) {
      return (
        <Failure
          message={failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    if (run === null) {
      return <Loading label={trans.__('Loading the run')} rows={10} />;
    }
    const params = run.params.map(({ name, value }) => ({ name, value }));
    const tags = Object.entries(run.tags).map(([name, value]) => ({ name, value }));
    return (
      <article aria-label={run.name}>
        <Head run={run} actions={actions} trans={trans} />
        <Note run={run} actions={actions} trans={trans} />
        {run.error ? <Failure message={run.error} /> : null}
        <Charts model={model} run={run} trans={trans} />
        <Section title={trans.__('Params')} count={params.length}>
          <Values values={params} />
        </Section>
        <Section title={trans.__('Tags')} count={tags.length}>
          <Values values={tags} />
        </Section>
        <Section title={trans.__('Artifacts')} count={(model.folders.get('') ?? []).length}>
          <Artifacts model={model} trans={trans} address={path => actions.address(run.id, path)} />
        </Section>
        <Origin run={run} actions={actions} trans={trans} />
      </article>
    );
  }
}

export interface IPartProps {
  run: Run;
  actions: IDetailActions;
  trans: TranslationBundle;
}

function Head({ run, actions, trans }: IPartProps): React.JSX.Element {
  return (
    <header>
      <div className="jp-mlstudio-RunDetail-title">
        <h2 title={run.name}>{run.name}</h2>
        <IconButton label={trans.__('Rename the run')} onClick={() => actions.rename(run)}>
          <editIcon.react tag="span" elementSize="small" />
        </IconButton>
        <CopyButton
          text={run.id}
          label={trans.__('Copy the id of the run')}
          copiedLabel={trans.__('Copied')}
        />
        <IconButton
          className="jp-mod-end"
          label={trans.__('Close the details')}
          onClick={actions.close}
        >
          <closeIcon.react tag="span" elementSize="small" />
        </IconButton>
      </div>
      <p className="jp-mlstudio-RunDetail-facts">
        <StateMark state={run.state} label={stateLabel(run.state, trans)} />
        <span>{run.experiment}</span>
        <time title={exactTime(run.started_at)}>{ago(run.started_at)}</time>
        <span>{duration(lasted(run))}</span>
        {run.user ? <span>{run.user}</span> : null}
      </p>
      <Buttons run={run} actions={actions} trans={trans} />
    </header>
  );
}

function Buttons({ run, actions, trans }: IPartProps): React.JSX.Element {
  const { notebook, job } = run;
  const hasModel = run.models.length > 0;
  const reason = hasModel
    ? undefined
    : trans.__('The run has logged no model. Log one with run.log_model(…).');
  if (run.deleted) {
    return (
      <div className="jp-mlstudio-RunDetail-buttons">
        <Button primary onClick={() => actions.restore(run)}>
          {trans.__('Restore')}
        </Button>
      </div>
    );
  }
  return (
    <div className="jp-mlstudio-RunDetail-buttons">
      {actions.deploy ? (
        <Button
          primary
          disabled={!hasModel}
          title={reason}
          onClick={() => actions.deploy?.(run.id)}
        >
          {trans.__('Deploy…')}
        </Button>
      ) : null}
      {actions.register ? (
        <Button disabled={!hasModel} title={reason} onClick={() => actions.register?.(run.id)}>
          {trans.__('Register…')}
        </Button>
      ) : null}
      {notebook ? (
        <Button title={notebook} onClick={() => actions.openFile(notebook)}>
          {trans.__('Open Notebook')}
        </Button>
      ) : null}
      {job && actions.openJob ? (
        <Button onClick={() => actions.openJob?.(job)}>{trans.__('Open Job')}</Button>
      ) : null}
      <Button onClick={() => actions.remove(run)}>{trans.__('Delete…')}</Button>
    </div>
  );
}

function Note({ run, actions, trans }: IPartProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-RunDetail-note">
      {run.note ? <p>{run.note}</p> : null}
      <button type="button" onClick={() => actions.annotate(run)}>
        {run.note ? trans.__('Edit note') : trans.__('Add a note')}
      </button>
    </div>
  );
}
