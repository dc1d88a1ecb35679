import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import { Handle, Position, type Node, type NodeProps } from '@xyflow/react';

import { StateMark } from '../ui';
import type { ICard } from './workflow-cards';

/** A node of the canvas. */
export type CardNode = Node<{ card: ICard; trans: TranslationBundle; editable: boolean }, 'card'>;

/** Draw a node: what it is, what it runs, how it goes. */
export const Card = React.memo(function Card({
  data,
  selected
}: NodeProps<CardNode>): React.JSX.Element {
  const { card, trans, editable } = data;
  return (
    <div
      className="jp-mlstudio-WorkflowCard"
      data-state={card.state ?? undefined}
      data-selected={selected || undefined}
      data-broken={card.problems.length > 0 || undefined}
      title={card.problems.join('\n') || undefined}
    >
      <Handle type="target" position={Position.Left} isConnectable={editable} />
      <div className="jp-mlstudio-WorkflowCard-head">
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
      </div>
      <div className="jp-mlstudio-WorkflowCard-what">{card.subtitle}</div>
      <CardFoot card={card} />
      <Handle type="source" position={Position.Right} isConnectable={editable} />
    </div>
  );
});

function CardFoot({ card }: { card: ICard }): React.JSX.Element {
  return (
    <div className="jp-mlstudio-WorkflowCard-foot">
      {card.state === null ? null : <StateMark state={card.state} label={card.stateLabel} />}
      {card.each ? <span className="jp-mlstudio-Badge">{card.each}</span> : null}
      {card.time ? <span className="jp-mlstudio-WorkflowCard-time">{card.time}</span> : null}
      {card.progress === null ? null : (
        <i
          className="jp-mlstudio-WorkflowCard-progress"
          style={{ width: `${card.progress * 100}%` }}
        />
      )}
    </div>
  );
}
