import * as React from 'react';

import { editIcon } from '@jupyterlab/ui-components';

import { ago, Button, CopyButton, duration, exactTime, IconButton, StateMark } from '../ui';
import type { IPartProps } from './detail';
import { lasted, stateLabel } from './words';

/** The name of a run, how it went, and what can be done with it. */
export function Head(props: IPartProps): React.JSX.Element {
  const { run, trans } = props;
  return (
    <header>
      <div className="jp-mlstudio-RunDetail-title">
        <Name {...props} />
        <CopyButton
          text={run.id}
          label={trans.__('Copy the id of the run')}
          copiedLabel={trans.__('Copied')}
        />
      </div>
      <p className="jp-mlstudio-RunDetail-facts">
        <StateMark state={run.state} label={stateLabel(run.state, trans)} />
        <span title={trans.__('Experiment')}>{run.experiment}</span>
        <time title={exactTime(run.started_at)}>{ago(run.started_at)}</time>
        <Lasted {...props} />
        {run.user ? <span title={trans.__('Who made it')}>{run.user}</span> : null}
      </p>
      <Buttons {...props} />
    </header>
  );
}

function Name({ run, model, trans }: IPartProps): React.JSX.Element {
  const [draft, setDraft] = React.useState<string | null>(null);
  if (draft === null) {
    return (
      <>
        <h2 title={run.name}>{run.name}</h2>
        <IconButton label={trans.__('Rename the run')} onClick={() => setDraft(run.name)}>
          <editIcon.react tag="span" elementSize="small" />
        </IconButton>
      </>
    );
  }
  const save = (): void => {
    const name = draft.trim();
    setDraft(null);
    if (name !== '' && name !== run.name) {
      void model.edit({ name });
    }
  };
  return (
    <input
      className="jp-mlstudio-RunDetail-name"
      aria-label={trans.__('Name of the run')}
      autoFocus
      maxLength={250}
      value={draft}
      onChange={event => setDraft(event.target.value)}
      onBlur={save}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          save();
        } else if (event.key === 'Escape') {
          setDraft(null);
        }
      }}
    />
  );
}

/** How long the run took; while it is running, how long it has taken until now. */
function Lasted({ run, trans }: IPartProps): React.JSX.Element {
  const [, tick] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    const timer = run.state === 'running' ? setInterval(tick, 1000) : undefined;
    return () => clearInterval(timer);
  }, [run.state]);
  return <span title={trans.__('How long it took')}>{duration(lasted(run))}</span>;
}

function Buttons(props: IPartProps): React.JSX.Element {
  const { run, actions, trans } = props;
  const { job } = run;
  if (run.deleted) {
    return (
      <div className="jp-mlstudio-RunDetail-buttons">
        <Button primary onClick={() => void actions.restore(run)}>
          {trans.__('Restore')}
        </Button>
        <em>{trans.__('This run is in the bin.')}</em>
      </div>
    );
  }
  return (
    <div className="jp-mlstudio-RunDetail-buttons">
      <ModelButtons {...props} />
      <OriginButtons {...props} />
      {job && actions.openJob ? (
        <Button onClick={() => actions.openJob?.(job)}>{trans.__('Open Job')}</Button>
      ) : null}
      <Button onClick={() => void actions.remove(run)}>{trans.__('Delete…')}</Button>
    </div>
  );
}

function ModelButtons({ run, actions, trans }: IPartProps): React.JSX.Element | null {
  if (run.models.length === 0) {
    return null;
  }
  return (
    <>
      {actions.deploy ? (
        <Button primary onClick={() => actions.deploy?.(run.id)}>
          {trans.__('Deploy…')}
        </Button>
      ) : null}
      {actions.register ? (
        <Button onClick={() => actions.register?.(run.id)}>{trans.__('Register…')}</Button>
      ) : null}
    </>
  );
}

/** The ways back to the code: as the run was made, only what it needs, or once more. */
function OriginButtons({ model, run, actions, trans }: IPartProps): React.JSX.Element {
  const can = model.origin?.can ?? [];
  const isPrimary = run.models.length === 0;
  return (
    <>
      {can.includes('run') ? (
        <Button
          primary={isPrimary}
          title={trans.__('Every cell that this run was made with, as it was, in its order')}
          onClick={() => void actions.openNotebook(run.id, 'run')}
        >
          {trans.__('Open Notebook of This Run')}
        </Button>
      ) : null}
      {can.includes('minimal') ? (
        <Button
          title={trans.__('Only the cells that the result depends on; runs from top to bottom')}
          onClick={() => void actions.openNotebook(run.id, 'minimal')}
        >
          {trans.__('Minimal Notebook')}
        </Button>
      ) : null}
      {can.includes('again') ? (
        <Button
          title={trans.__('Run the notebook of this run once more, as a job')}
          onClick={() => void actions.runAgain(run.id)}
        >
          {trans.__('Run Again')}
        </Button>
      ) : null}
    </>
  );
}
