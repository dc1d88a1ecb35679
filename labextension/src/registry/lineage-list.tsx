import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { StateMark } from '../ui';
import { kindIcon, kindLabel, KINDS, neighbours, stateLabel } from './nodes';
import type { Lineage, LineageNode } from './origin';

export interface ILineageListProps {
  lineage: Lineage;
  selected: string | null;
  onSelect: (id: string) => void;
  onOpen: (node: LineageNode) => void;
  trans: TranslationBundle;
}

/** The lineage as a table: everything that the graph shows, without a pointer. */
export function LineageList(props: ILineageListProps): React.JSX.Element {
  const { lineage, trans } = props;
  const place = ({ kind }: LineageNode): number => KINDS.indexOf(kind);
  const rows = [...lineage.nodes].sort((a, b) => place(a) - place(b));
  return (
    <div className="jp-mlstudio-LineageList">
      <table aria-label={trans.__('Lineage, from data to endpoints')} onKeyDown={onArrows}>
        <thead>
          <tr>
            <th scope="col">{trans.__('Name')}</th>
            <th scope="col">{trans.__('Kind')}</th>
            <th scope="col">{trans.__('Comes from')}</th>
            <th scope="col">{trans.__('Goes into')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(node => (
            <Row key={node.id} node={node} {...props} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: ILineageListProps & { node: LineageNode }): React.JSX.Element {
  const { node, lineage, selected, onSelect, onOpen, trans } = props;
  const { from, to } = neighbours(lineage, node.id);
  const Icon = kindIcon(node.kind);
  return (
    <tr aria-selected={node.id === selected} data-focus={node.id === lineage.focus}>
      <th scope="row">
        <button
          type="button"
          className="jp-mlstudio-Link"
          onFocus={() => onSelect(node.id)}
          onClick={() => onSelect(node.id)}
          onDoubleClick={() => onOpen(node)}
          onKeyDown={event => (event.key === 'Enter' ? onOpen(node) : undefined)}
        >
          {node.title}
        </button>
        {node.state ? <StateMark state={node.state} label={stateLabel(node.state, trans)} /> : null}
      </th>
      <td>
        <Icon.react tag="span" elementSize="small" /> {kindLabel(node.kind, trans)}
      </td>
      <td>{from.map(({ title }) => title).join(', ') || '–'}</td>
      <td>{to.map(({ title }) => title).join(', ') || '–'}</td>
    </tr>
  );
}

function onArrows(event: React.KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) {
    return;
  }
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>('tbody .jp-mlstudio-Link')];
  const next = links[links.findIndex(link => link === document.activeElement) + step];
  next?.focus();
  event.preventDefault();
}
