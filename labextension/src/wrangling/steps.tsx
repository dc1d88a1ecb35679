import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton, number } from '../ui';
import type { IPartProps } from './actions';
import type { Stage } from './stages';

/** The recipe: its source, and each step with what became of it. Steps are moved by dragging, or with Alt and an arrow key. */
export function StepList({ model, trans }: IPartProps): React.JSX.Element {
  const { opened } = model.opening;
  const [dragged, setDragged] = React.useState<number | null>(null);
  const [over, setOver] = React.useState<number | null>(null);
  const drop = (): void => {
    if (dragged !== null && over !== null) {
      void model.move(dragged, over);
    }
    setDragged(null);
    setOver(null);
  };
  return (
    <ol className="jp-mlstudio-Wrangling-steps" aria-label={trans.__('Recipe')}>
      <li data-current={model.looked === 0}>
        <button
          type="button"
          className="jp-mlstudio-Wrangling-open"
          aria-current={model.looked === 0}
          onClick={() => model.look(0)}
        >
          <span className="jp-mlstudio-Wrangling-sentence">{trans.__('Read %1', model.title)}</span>
          <small>{sizeText(opened?.rows ?? null, opened?.columns.length ?? 0, trans)}</small>
        </button>
      </li>
      {model.steps.map((_, position) => (
        <StepItem
          key={position}
          model={model}
          trans={trans}
          position={position}
          dropped={over === position && dragged !== position ? (dragged ?? 0) < position : null}
          onDrag={() => setDragged(position)}
          onOver={() => setOver(position)}
          onDrop={drop}
        />
      ))}
    </ol>
  );
}

interface IItemProps extends IPartProps {
  position: number;
  /** Whether what is dragged would land here: true below, false above, null not at all. */
  dropped: boolean | null;
  onDrag: () => void;
  onOver: () => void;
  onDrop: () => void;
}

function StepItem(props: IItemProps): React.JSX.Element {
  const { model, trans, position } = props;
  const stage = model.stages[position];
  const step = model.steps[position];
  const off = step?.on === false;
  const state = off ? 'off' : (stage?.state ?? 'waiting');
  const edited = model.draft?.place.replace === true && model.draft.place.position === position;
  const findings = model.findings.filter(finding => finding.position === position);
  return (
    <li
      data-state={state}
      data-current={model.looked === position + 1}
      data-edited={edited}
      data-dropped={props.dropped === null ? undefined : props.dropped ? 'below' : 'above'}
      draggable
      onDragStart={event => {
        event.dataTransfer.effectAllowed = 'move';
        props.onDrag();
      }}
      onDragOver={event => {
        event.preventDefault();
        props.onOver();
      }}
      onDragEnd={props.onDrop}
      onKeyDown={event => act(event, props)}
    >
      <input
        type="checkbox"
        checked={!off}
        title={off ? trans.__('Switch this step on') : trans.__('Switch this step off')}
        aria-label={trans.__('Step %1 takes part', position + 1)}
        onChange={() => void model.toggle(position)}
      />
      <button
        type="button"
        className="jp-mlstudio-Wrangling-open"
        aria-current={model.looked === position + 1}
        title={stage?.sentence}
        onClick={() => model.look(position + 1)}
      >
        <span className="jp-mlstudio-Wrangling-sentence">{stage?.sentence ?? step?.op}</span>
        {stage ? <StageFacts stage={stage} off={off} trans={trans} /> : <small>…</small>}
        {findings.map(({ message }) => (
          <small key={message} className="jp-mlstudio-Wrangling-finding">
            {message}
          </small>
        ))}
      </button>
      <IconButton
        className="jp-mlstudio-Wrangling-remove"
        label={trans.__('Delete step %1', position + 1)}
        onClick={() => void model.remove(position)}
      >
        <closeIcon.react tag="span" width="12px" />
      </IconButton>
    </li>
  );
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

function act(event: React.KeyboardEvent, { model, position }: IItemProps): void {
  const { key, altKey } = event;
  if (altKey && (key === 'ArrowUp' || key === 'ArrowDown')) {
    const to = position + (key === 'ArrowUp' ? -1 : 1);
    void model.move(position, to);
    focusItem(event.currentTarget, to - position);
  } else if (key === 'ArrowUp' || key === 'ArrowDown') {
    focusItem(event.currentTarget, key === 'ArrowUp' ? -1 : 1);
  } else if (key === 'Delete' || (key === 'Backspace' && event.metaKey)) {
    void model.remove(position);
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

function sizeText(rows: number | null, columns: number, trans: IPartProps['trans']): string {
  return rows === null
    ? trans.__('%1 columns', columns)
    : trans.__('%1 × %2', number(rows), columns);
}
