import '@xyflow/react/dist/base.css';

import type { TranslationBundle } from '@jupyterlab/translation';
import {
  Background,
  BackgroundVariant,
  MarkerType,
  ReactFlow,
  ReactFlowProvider,
  applyEdgeChanges,
  applyNodeChanges,
  useNodesInitialized,
  useReactFlow,
  type Connection,
  type EdgeChange,
  type FitViewOptions,
  type NodeChange
} from '@xyflow/react';
import * as React from 'react';

import { Card, type CardNode } from './workflow-card';
import type { ICard, ILine } from './workflow-cards';
import { Line, type LineEdge } from './workflow-edge';
import { completed, type Place } from './workflow-layout';
import { CanvasTools } from './workflow-tools';

/** What one can do on the canvas from outside. */
export interface ICanvasHandle {
  /** Turn a point of the window into a place on the canvas. */
  readonly placeAt: (x: number, y: number) => Place;
  /** The place in the middle of what is seen. */
  readonly middle: () => Place;
  /** Bring everything into view. */
  readonly fit: () => void;
}

export interface ICanvasProps {
  readonly cards: readonly ICard[];
  readonly lines: readonly ILine[];
  /** Where the file says that nodes stand. */
  readonly layout: Readonly<Record<string, readonly number[]>> | undefined;
  readonly selection: readonly string[];
  readonly editable: boolean;
  readonly trans: TranslationBundle;
  readonly mayConnect: (source: string, target: string) => boolean;
  readonly onConnect: (source: string, target: string) => void;
  readonly onDisconnect: (lines: readonly { source: string; target: string }[]) => void;
  readonly onMove: (places: Readonly<Record<string, Place>>) => void;
  readonly onSelect: (ids: readonly string[]) => void;
  readonly onOpen: (id: string) => void;
  readonly onArrange: () => void;
  readonly onReady: (handle: ICanvasHandle | null) => void;
}

const NODE_TYPES = { card: Card };
const EDGE_TYPES = { line: Line };
const GRID: [number, number] = [8, 8];
// The tools in the corner stand below the nodes.
const FIT: FitViewOptions = { padding: { x: '20px', top: '20px', bottom: '52px' }, maxZoom: 1 };

/** The workflow as cards and lines, to look at and to change. */
export default function Canvas(props: ICanvasProps): React.JSX.Element {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow(props: ICanvasProps): React.JSX.Element {
  const { trans, editable } = props;
  const places = usePlaces(props);
  const [nodes, changeNodes] = useCards(props, places);
  const [edges, changeEdges] = useLines(props);
  const frame = React.useRef<HTMLDivElement>(null);
  const touch = useHandle(props.onReady, frame);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const chosen = edges.filter(({ selected }) => selected);
    const id = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node')?.dataset[
      'id'
    ];
    if (event.key === 'Enter' && id !== undefined) {
      props.onOpen(id);
    } else if (editable && (event.key === 'Delete' || event.key === 'Backspace')) {
      if (props.selection.length === 0 && chosen.length > 0) {
        event.preventDefault();
        props.onDisconnect(chosen);
      }
    }
  };
  return (
    <div className="jp-mlstudio-WorkflowCanvas" ref={frame} onKeyDown={onKeyDown}>
      <ReactFlow<CardNode, LineEdge>
        nodes={nodes}
        edges={edges}
        nodeTypes={NODE_TYPES}
        edgeTypes={EDGE_TYPES}
        onNodesChange={changeNodes}
        onEdgesChange={changeEdges}
        onConnect={({ source, target }) => props.onConnect(source, target)}
        isValidConnection={(line: Connection | LineEdge) =>
          props.mayConnect(line.source, line.target)
        }
        onMoveStart={event => event && touch()}
        onNodeDoubleClick={(_, { id }) => props.onOpen(id)}
        nodesDraggable={editable}
        nodesConnectable={editable}
        edgesReconnectable={false}
        // Keys are heard on this canvas only: the engine would listen to the whole page.
        deleteKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        snapToGrid
        snapGrid={GRID}
        minZoom={0.2}
        maxZoom={1.6}
        connectionRadius={32}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={spoken(trans)}
        aria-label={trans.__('Canvas of the workflow')}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} />
        <CanvasTools trans={trans} editable={editable} fit={FIT} onArrange={props.onArrange} />
      </ReactFlow>
    </div>
  );
}

function usePlaces({ cards, lines, layout }: ICanvasProps): Readonly<Record<string, Place>> {
  const known = JSON.stringify(layout ?? {});
  return React.useMemo(() => {
    const ids = cards.map(({ id }) => id);
    return completed(ids, lines, JSON.parse(known) as Record<string, Place>);
  }, [cards.map(({ id }) => id).join(), lines, known]);
}

function useCards(
  props: ICanvasProps,
  places: Readonly<Record<string, Place>>
): [CardNode[], (changes: NodeChange<CardNode>[]) => void] {
  const { cards, selection, editable, trans, onMove, onSelect } = props;
  const [nodes, setNodes] = React.useState<CardNode[]>([]);
  React.useEffect(() => {
    setNodes(old => {
      const before = new Map(old.map(node => [node.id, node]));
      return cards.map(card => {
        const known = before.get(card.id);
        const same = known?.data.card === card && known.data.editable === editable;
        const [x, y] = places[card.id] ?? [0, 0];
        return {
          ...known,
          id: card.id,
          type: 'card',
          position: known?.dragging ? known.position : { x, y },
          data: same && known ? known.data : { card, trans, editable },
          selected: selection.includes(card.id),
          ariaLabel: [card.title, card.subtitle, card.stateLabel].filter(Boolean).join(', ')
        };
      });
    });
  }, [cards, places, selection, editable, trans]);
  const latest = React.useRef(nodes);
  latest.current = nodes;
  const moved = React.useRef<number>();
  const change = (changes: NodeChange<CardNode>[]): void => {
    const next = applyNodeChanges(changes, latest.current);
    latest.current = next;
    setNodes(next);
    if (changes.some(({ type }) => type === 'select')) {
      onSelect(next.filter(({ selected }) => selected).map(({ id }) => id));
    }
    if (changes.some(each => each.type === 'position' && each.dragging !== true)) {
      window.clearTimeout(moved.current);
      const tell = (): void => onMove(placesOf(latest.current));
      if (latest.current.some(node => isMoved(node, places))) {
        moved.current = window.setTimeout(tell, MOVE_DELAY); // several steps of an arrow key are one move
      }
    }
  };
  return [nodes, change];
}

const MOVE_DELAY = 150;

function isMoved({ id, position }: CardNode, places: Readonly<Record<string, Place>>): boolean {
  const [x, y] = places[id] ?? [0, 0];
  return position.x !== x || position.y !== y;
}

function placesOf(nodes: readonly CardNode[]): Record<string, Place> {
  return Object.fromEntries(
    nodes.map(({ id, position }) => [id, [Math.round(position.x), Math.round(position.y)] as const])
  );
}

function useLines(props: ICanvasProps): [LineEdge[], (changes: EdgeChange<LineEdge>[]) => void] {
  const { lines, editable } = props;
  const [edges, setEdges] = React.useState<LineEdge[]>([]);
  React.useEffect(() => {
    setEdges(old => {
      const chosen = new Set(old.filter(({ selected }) => selected).map(({ id }) => id));
      return lines.map(({ source, target, label, state }) => {
        const id = `${source} → ${target}`;
        return {
          id,
          source,
          target,
          type: 'line',
          className: state === null ? undefined : `jp-mod-${state}`,
          data: { label, state },
          selected: chosen.has(id),
          deletable: editable,
          markerEnd: {
            type: MarkerType.ArrowClosed,
            width: 16,
            height: 16,
            color: 'var(--jp-mlstudio-line)'
          },
          ariaLabel: label ? `${source} → ${target}, ${label}` : id
        };
      });
    });
  }, [lines, editable]);
  return [edges, changes => setEdges(old => applyEdgeChanges(changes, old))];
}

function useHandle(
  onReady: ICanvasProps['onReady'],
  frame: React.RefObject<HTMLElement>
): () => void {
  const flow = useReactFlow();
  const ready = useNodesInitialized();
  const touched = React.useRef(false);
  React.useEffect(() => {
    const element = frame.current;
    const fit = (): void => void (ready && !touched.current && flow.fitView(FIT));
    const watched = new ResizeObserver(() => window.requestAnimationFrame(fit));
    if (element) {
      watched.observe(element); // whoever has moved the canvas keeps it where it is
    }
    return () => watched.disconnect();
  }, [ready, flow, frame]);
  React.useEffect(() => {
    const placeAt = (x: number, y: number): Place => {
      const point = flow.screenToFlowPosition({ x, y });
      return [point.x, point.y];
    };
    const middle = (): Place => {
      const box = frame.current?.getBoundingClientRect();
      return box ? placeAt(box.x + box.width / 2, box.y + box.height / 2) : [0, 0];
    };
    onReady({ placeAt, middle, fit: () => void flow.fitView(FIT) });
    return () => onReady(null);
  }, [flow, onReady, frame]);
  return () => {
    touched.current = true;
  };
}

function spoken(trans: TranslationBundle): Record<string, string> {
  return {
    'node.a11yDescription.default': trans.__(
      'Press Enter for its settings, arrow keys to move it, Delete to remove it.'
    ),
    'edge.a11yDescription.default': trans.__('Press Enter to choose the line, Delete to remove it.')
  };
}
