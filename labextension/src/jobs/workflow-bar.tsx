import { redoIcon, runIcon, stopIcon, undoIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, Button, Chips, duration, exactTime, IconButton, StateMark } from '../ui';
import { CommandIds } from './workflow-ids';
import type { WorkflowDesk } from './workflow-desk';
import type { Mode, Pane } from './workflow-look';
import { MoreMenu } from './workflow-more';
import { nodesOf } from './workflow-graph';
import { nodeStateLabel } from './workflow-cards';
import { paletteIcon } from './workflow-icons';

interface IPartProps {
  readonly desk: WorkflowDesk;
}

/** The line above the nodes: run, change, look. */
export function Bar({ desk }: IPartProps): React.JSX.Element {
  const { trans } = desk;
  const modes: { value: Mode; label: string }[] = [
    { value: 'canvas', label: trans.__('Canvas') },
    { value: 'list', label: trans.__('List') },
    { value: 'code', label: trans.__('Code') }
  ];
  return (
    <div className="jp-mlstudio-Workflow-bar" role="toolbar" aria-label={trans.__('Workflow')}>
      <RunButtons desk={desk} />
      <span role="separator" />
      <EditButtons desk={desk} />
      <span role="separator" />
      <Chips
        label={trans.__('How the nodes are shown')}
        options={modes}
        value={desk.mode}
        onChange={mode => {
          desk.mode = mode;
        }}
      />
      <span className="jp-mlstudio-Workflow-barSpace" />
      <RunState desk={desk} />
      <PaneButtons desk={desk} />
      <MoreMenu desk={desk} />
    </div>
  );
}

function RunButtons({ desk }: IPartProps): React.JSX.Element {
  const { trans, runs, model, actions } = desk;
  const isEmpty = nodesOf(model.workflow).length === 0;
  const isBroken = model.problems.some(({ severity }) => severity === 'error');
  const [first, ...others] = model.selection;
  const state = runs.detail?.run.state;
  const why = isEmpty
    ? trans.__('There is nothing to run yet')
    : isBroken
      ? trans.__('There are problems to be solved first')
      : trans.__('Save and run the workflow');
  if (runs.running) {
    const stopping = runs.detail?.run.stop_requested_at !== null;
    return (
      <Button disabled={stopping} onClick={() => void desk.stop()}>
        <stopIcon.react tag="span" elementSize="normal" />
        {stopping ? trans.__('Stopping') : trans.__('Stop')}
      </Button>
    );
  }
  const disabled = isEmpty || isBroken || !model.readable;
  return (
    <>
      <Button primary disabled={disabled} title={why} onClick={() => void desk.run('all')}>
        <runIcon.react tag="span" elementSize="normal" />
        {trans.__('Run')}
      </Button>
      {first !== undefined && !runs.isPast ? (
        <>
          <Button disabled={disabled} onClick={() => actions.command(CommandIds.since)}>
            {trans.__('Run from here')}
          </Button>
          <Button disabled={disabled} onClick={() => actions.command(CommandIds.only)}>
            {others.length > 0 ? trans.__('Run only these') : trans.__('Run only this')}
          </Button>
        </>
      ) : null}
      {state === 'failed' || state === 'stopped' ? (
        <Button
          disabled={isBroken}
          title={trans.__(
            'Run again what failed and what depends on it, as the file is now; the rest keeps its results'
          )}
          onClick={() => void desk.repair()}
        >
          {trans.__('Repair')}
        </Button>
      ) : null}
    </>
  );
}

function EditButtons({ desk }: IPartProps): React.JSX.Element {
  const { trans, model, editable } = desk;
  return (
    <>
      <IconButton
        label={trans.__('Add nodes')}
        aria-pressed={desk.paletteOpen && editable}
        disabled={!editable}
        onClick={() => {
          desk.paletteOpen = !desk.paletteOpen;
        }}
      >
        <paletteIcon.react tag="span" elementSize="normal" />
      </IconButton>
      <IconButton
        label={trans.__('Undo')}
        disabled={!editable || !model.text.canUndo}
        onClick={() => model.undo()}
      >
        <undoIcon.react tag="span" elementSize="normal" />
      </IconButton>
      <IconButton
        label={trans.__('Redo')}
        disabled={!editable || !model.text.canRedo}
        onClick={() => model.redo()}
      >
        <redoIcon.react tag="span" elementSize="normal" />
      </IconButton>
    </>
  );
}

function RunState({ desk }: IPartProps): React.JSX.Element | null {
  const { runs, trans } = desk;
  const run = runs.detail?.run;
  if (!run || desk.narrow) {
    return null;
  }
  const end = run.ended_at === null ? Date.now() : Date.parse(run.ended_at);
  const lasted = Math.max(0, end - Date.parse(run.created_at));
  const whole = run.ended_at === null ? Math.floor(lasted / 1000) * 1000 : lasted;
  return (
    <button
      type="button"
      className="jp-mlstudio-Workflow-state"
      title={`${trans.__('Show the runs')} · ${exactTime(run.created_at)}`}
      onClick={() => toggle(desk, 'runs')}
    >
      <StateMark state={run.state} label={nodeStateLabel(run.state, trans)} />
      <span>{duration(whole)}</span>
      {run.ended_at === null ? null : <time dateTime={run.ended_at}>{ago(run.ended_at)}</time>}
    </button>
  );
}

function PaneButtons({ desk }: IPartProps): React.JSX.Element {
  const { trans, model, runs } = desk;
  const { length } = model.problems;
  const panes: readonly (readonly [Pane, string, boolean])[] = [
    [
      'problems',
      trans._n('1 problem', '%1 problems', length),
      length > 0 && !runs.isPast && nodesOf(model.workflow).length > 0
    ],
    ['parameters', trans.__('Parameters'), true],
    ['runs', trans.__('Runs'), true]
  ];
  return (
    <>
      {panes
        .filter(([, , shown]) => shown)
        .map(([pane, label]) => (
          <Button
            key={pane}
            aria-pressed={desk.pane === pane}
            data-pane={pane}
            onClick={() => toggle(desk, pane)}
          >
            {label}
          </Button>
        ))}
    </>
  );
}

function toggle(desk: WorkflowDesk, pane: Pane): void {
  desk.pane = desk.pane === pane ? null : pane;
}
