import { ellipsesIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import type { IPartProps } from './actions';
import { Allow } from './allow';
import { NOT_ALLOWED } from './allowing';
import { Delta } from './delta';
import { Findings } from './findings';
import { InsertHere } from './palette';
import * as recipes from './recipes';
import type { Stage } from './stages';
import { openStepMenu } from './step-menu';
import { StepWords } from './step-words';
import { sizeText, type IStepListProps } from './steps';

interface IItemProps extends IStepListProps {
  position: number;
  /** Whether what is dragged would land here: true below, false above, null not at all. */
  dropped: boolean | null;
  onDrag: () => void;
  onOver: () => void;
  onDrop: () => void;
}

/** One step of the recipe, with what became of it. */
export function StepItem(props: IItemProps): React.JSX.Element {
  const { model, trans, position } = props;
  const [noting, setNoting] = React.useState(false);
  const stage = model.stages[position];
  const step = model.steps[position];
  const off = step?.on === false;
  const label = recipes.labelOf(step);
  const state = off ? 'off' : (stage?.state ?? 'waiting');
  const menu = (at: { x: number; y: number }): void =>
    openStepMenu({ ...props, note: () => setNoting(true) }, at);
  return (
    <li
      data-state={state}
      data-current={model.looked === position + 1}
      data-edited={model.draft?.place.replace === true && model.draft.place.position === position}
      data-dropped={props.dropped === null ? undefined : props.dropped ? 'below' : 'above'}
      draggable={!noting}
      {...dragging(props)}
      onKeyDown={event => (noting ? undefined : act(event, props, () => setNoting(true)))}
      onContextMenu={event => {
        event.preventDefault();
        event.stopPropagation();
        menu({ x: event.clientX, y: event.clientY });
      }}
    >
      <input
        type="checkbox"
        checked={!off}
        title={off ? trans.__('Switch this step on') : trans.__('Switch this step off')}
        aria-label={trans.__('Step %1 takes part', position + 1)}
        onChange={() => void model.toggle(position)}
      />
      <div className="jp-mlstudio-Wrangling-step">
        <button
          type="button"
          className="jp-mlstudio-Wrangling-open"
          aria-current={model.looked === position + 1}
          title={stage?.sentence}
          onClick={() => model.look(position + 1)}
        >
          {label ? <b>{label}</b> : null}
          <span className="jp-mlstudio-Wrangling-sentence" data-quiet={label !== ''}>
            {stage?.sentence ?? step?.op}
          </span>
          {stage ? <StageFacts stage={stage} off={off} trans={trans} /> : <small>…</small>}
        </button>
        {noting ? (
          <StepWords {...props} onClose={() => setNoting(false)} />
        ) : step?.note ? (
          <p className="jp-mlstudio-Wrangling-note" onDoubleClick={() => setNoting(true)}>
            {step.note}
          </p>
        ) : null}
        {model.looked === position + 1 && state === 'ran' && model.isReady ? (
          <Delta model={model} trans={trans} />
        ) : null}
        {stage?.reason === NOT_ALLOWED && !off ? (
          <Allow model={model} trans={trans} step={step} />
        ) : null}
        <Findings model={model} trans={trans} position={position} />
      </div>
      <IconButton
        className="jp-mlstudio-Wrangling-more"
        label={trans.__('More for step %1', position + 1)}
        aria-haspopup="menu"
        onClick={event => {
          const { left, bottom } = event.currentTarget.getBoundingClientRect();
          menu({ x: left, y: bottom });
        }}
      >
        <ellipsesIcon.react tag="span" width="14px" />
      </IconButton>
      {model.isReady ? <InsertHere model={model} trans={trans} position={position + 1} /> : null}
    </li>
  );
}

function dragging({ onDrag, onOver, onDrop }: IItemProps): React.HTMLAttributes<HTMLElement> {
  return {
    onDragStart: event => {
      event.dataTransfer.effectAllowed = 'move';
      onDrag();
    },
    onDragOver: event => {
      event.preventDefault();
      onOver();
    },
    onDragEnd: onDrop
  };
}

function StageFacts(
  props: { stage: Stage; off: boolean } & Pick<IPartProps, 'trans'>
): React.JSX.Element {
  const { stage, off, trans } = props;
  if (stage.error && !off) {
    return (
      <small className="jp-mlstudio-Wrangling-error" role="alert">
        {stage.error}
      </small>
    );
  }
  if (off || stage.state !== 'ran') {
    return <small>{off ? trans.__('switched off') : trans.__('not run')}</small>;
  }
  return <small>{sizeText(stage.rows, stage.columns.length, trans)}</small>;
}

function act(event: React.KeyboardEvent, { model, position }: IItemProps, note: () => void): void {
  const { key, altKey } = event;
  if (event.target instanceof HTMLInputElement && event.target.type !== 'checkbox') {
    return; // somebody searches for a step to insert
  }
  if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
    const to = position + (key === 'ArrowUp' ? -1 : 1);
    void model.move(position, to);
    focusItem(event.currentTarget, to - position);
  } else if (key === 'ArrowUp' || key === 'ArrowDown') {
    focusItem(event.currentTarget, key === 'ArrowUp' ? -1 : 1);
  } else if (key === 'Delete' || (key === 'Backspace' && event.metaKey)) {
    void model.remove(position);
  } else if (key === 'F2') {
    note();
  } else {
    return;
  }
  event.preventDefault();
  event.stopPropagation();
}

function focusItem(item: Element, way: number): void {
  const items = [...(item.parentElement?.children ?? [])];
  const next = items[items.indexOf(item) + way];
  next?.querySelector<HTMLElement>('.jp-mlstudio-Wrangling-open')?.focus();
}
