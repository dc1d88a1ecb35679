import * as React from 'react';

import { IconButton, StateMark } from '../ui';
import { deleteIcon, caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import type { ICard } from './workflow-cards';
import type { WorkflowDesk } from './workflow-desk';
import { needsByNode, ordered, shifted } from './workflow-graph';

/** The workflow as a table: everything that the canvas can do, without a pointer. */
export function NodeList({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, workflow } = desk;
  const cards = new Map(desk.cards.map(card => [card.id, card]));
  const needs = needsByNode(workflow);
  const rows = ordered(workflow).flatMap(({ id }) => cards.get(id) ?? []);
  return (
    <div className="jp-mlstudio-WorkflowList">
      <table aria-label={trans.__('Nodes in the order in which they run')} onKeyDown={onArrows}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Node')}</th>
            <th scope="col">{trans.__('Runs')}</th>
            <th scope="col">{trans.__('Needs')}</th>
            <th scope="col">{trans.__('State')}</th>
            <th scope="col" className="jp-mlstudio-WorkflowList-time">
              {trans.__('Time')}
            </th>
            {desk.editable ? <th scope="col" aria-label={trans.__('Change')} /> : null}
          </tr>
        </thead>
        <tbody>
          {rows.map(card => (
            <Row key={card.id} desk={desk} card={card} needs={needs.get(card.id) ?? []} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface IRowProps {
  readonly desk: WorkflowDesk;
  readonly card: ICard;
  readonly needs: readonly string[];
}

function Row({ desk, card, needs }: IRowProps): React.JSX.Element {
  const { trans, model } = desk;
  const chosen = model.selection.includes(card.id);
  return (
    <tr aria-selected={chosen} data-state={card.state ?? undefined}>
      <th scope="row">
        <button
          type="button"
          className="jp-mlstudio-WorkflowList-open"
          title={card.problems.join('\n') || card.id}
          onFocus={() => model.select([card.id])}
          onClick={() => desk.openNode(card.id)}
        >
          <card.icon.react tag="span" elementSize="normal" />
          <strong>{card.title}</strong>
          {card.problems.length > 0 ? (
            <span
              className="jp-mlstudio-WorkflowCard-problems"
              role="img"
              aria-label={trans._n('1 problem', '%1 problems', card.problems.length)}
            >
              !
            </span>
          ) : null}
        </button>
      </th>
      <td title={card.subtitle}>{card.subtitle}</td>
      <td>{needs.join(', ') || '–'}</td>
      <td>
        {card.state === null ? '–' : <StateMark state={card.state} label={card.stateLabel} />}
        {card.each ? <span className="jp-mlstudio-Badge">{card.each}</span> : null}
      </td>
      <td className="jp-mlstudio-WorkflowList-time">{card.time}</td>
      {desk.editable ? <RowButtons desk={desk} card={card} /> : null}
    </tr>
  );
}

function RowButtons({ desk, card }: Omit<IRowProps, 'needs'>): React.JSX.Element {
  const { trans, model } = desk;
  const shift = (by: 1 | -1) => (): void => model.edit(before => shifted(before, card.id, by));
  const remove = (): void => {
    model.select([card.id]);
    void desk.removeChosen();
  };
  return (
    <td className="jp-mlstudio-WorkflowList-buttons">
      <IconButton label={trans.__('Move %1 up in the file', card.title)} onClick={shift(-1)}>
        <caretUpIcon.react tag="span" elementSize="normal" />
      </IconButton>
      <IconButton label={trans.__('Move %1 down in the file', card.title)} onClick={shift(1)}>
        <caretDownIcon.react tag="span" elementSize="normal" />
      </IconButton>
      <IconButton label={trans.__('Remove %1', card.title)} onClick={remove}>
        <deleteIcon.react tag="span" elementSize="normal" />
      </IconButton>
    </td>
  );
}

function onArrows(event: React.KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  const rows = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('.jp-mlstudio-WorkflowList-open')
  ];
  const at = rows.findIndex(row => row.closest('tr')?.contains(document.activeElement));
  rows[at + step]?.focus();
  event.preventDefault();
}
