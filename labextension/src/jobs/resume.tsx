import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Failure, Loading } from '../ui';
import { Code, type IEditors } from './code';
import type { Job } from './model';
import type { ResumeModel } from './resume-model';
import { useTicks } from './ticks';
import type { IJobActions } from './view';
import { seconds } from './words';

interface IResumeProps {
  model: ResumeModel;
  job: Job;
  editors: IEditors | null;
  actions: IJobActions;
  trans: TranslationBundle;
}

/** Where a failed job goes on from the cell that failed, as long as its kernel is there. */
export function Resume(props: IResumeProps): React.JSX.Element {
  return <UseSignal signal={props.model.stateChanged}>{() => <Shown {...props} />}</UseSignal>;
}

function Shown(props: IResumeProps): React.JSX.Element | null {
  const { model, editors, trans } = props;
  const { keptUntil, cell } = model;
  useTicks(keptUntil === null ? null : 1000);
  if (keptUntil === null || cell === null) {
    return null;
  }
  const title = trans.__('Resume from cell %1', cell);
  return (
    <section className="jp-mlstudio-Resume" aria-label={title}>
      <header>
        <h3>{title}</h3>
        <span title={trans.__('Everything that the cells before it have computed is still there.')}>
          {trans.__('The kernel stays for %1', seconds(keptUntil - Date.now()))}
        </span>
      </header>
      {model.failure === null ? null : <Failure message={model.failure} />}
      {model.code === null ? (
        model.failure === null ? (
          <Loading label={trans.__('Reading the cell')} rows={2} />
        ) : null
      ) : (
        <Code
          label={trans.__('Code of cell %1', cell)}
          code={model.code}
          language={model.language}
          editors={editors}
          onChange={code => {
            model.code = code;
          }}
        />
      )}
      <Foot {...props} cell={cell} />
    </section>
  );
}

function Foot(props: IResumeProps & { cell: number }): React.JSX.Element {
  const { model, job, actions, trans, cell } = props;
  return (
    <footer>
      <Button
        primary
        disabled={model.busy || model.code === null}
        onClick={() => void model.resume('here')}
      >
        {trans.__('Resume from cell %1', cell)}
      </Button>
      {job.generated || !model.isEdited ? null : (
        <label>
          <input
            type="checkbox"
            checked={model.writes}
            onChange={event => {
              model.writes = event.target.checked;
            }}
          />
          {trans.__('also write it to the notebook')}
        </label>
      )}
      {job.generated || model.isEdited ? null : (
        <Button
          disabled={model.busy}
          title={trans.__(
            'What comes from this cell on is taken from the notebook file, as it was saved.'
          )}
          onClick={() => void model.resume('notebook')}
        >
          {trans.__('Resume with the saved notebook')}
        </Button>
      )}
      <span />
      <Button disabled={model.busy} onClick={actions.attach}>
        {trans.__('Attach console')}
      </Button>
      <Button disabled={model.busy} onClick={() => void model.release()}>
        {trans.__('Release kernel')}
      </Button>
    </footer>
  );
}
