import '@xyflow/react/dist/base.css';

import type { TranslationBundle } from '@jupyterlab/translation';
import {
  Background,
  BackgroundVariant,
  Handle,
  MarkerType,
  Position,
  ReactFlow,
  ReactFlowProvider,
  useNodesInitialized,
  useReactFlow,
  type Edge,
  type FitViewOptions,
  type Node,
  type NodeProps
} from '@xyflow/react';
import * as React from 'react';

import { StateMark } from '../ui';
import { CARD, placed } from './lineage-layout';
import { kin, kindIcon, kindLabel, stateLabel } from './nodes';
import type { Lineage, LineageNode } from './origin';

export interface ILineageCanvasProps {
  lineage: Lineage;
  selected: string | null;
  trans: TranslationBundle;
  onSelect: (id: string) => void;
  onOpen: (id: string) => void;
}

type Thing = Node<{
  node: LineageNode;
  isFocus: boolean;
  isFar: boolean;
  trans: TranslationBundle;
}>;

const NODE_TYPES = { thing: React.memo(ThingCard) };
const FIT: FitViewOptions = { padding: '20px', maxZoom: 1, minZoom: 0.3 };

/** The lineage as cards and lines; what is chosen stands out with everything that it has to do with. */
export default function LineageCanvas(props: ILineageCanvasProps): React.JSX.Element {
  return (
    <ReactFlowProvider>
      <Flow {...props} />
    </ReactFlowProvider>
  );
}

function Flow(props: ILineageCanvasProps): React.JSX.Element {
  const { lineage, trans, onSelect, onOpen } = props;
  const frame = React.useRef<HTMLDivElement>(null);
  const touch = useFit(frame, lineage.focus);
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const card = (event.target as HTMLElement).closest<HTMLElement>('.react-flow__node');
    const id = card?.dataset['id'];
    if (event.key === 'Enter' && id !== undefined) {
      onOpen(id);
    }
  };
  const onFocus = (event: React.FocusEvent): void => {
    const id = event.target.closest<HTMLElement>('.react-flow__node')?.dataset['id'];
    if (id !== undefined && event.target.matches(':focus-visible')) {
      onSelect(id);
    }
  };
  return (
    <div className="jp-mlstudio-LineageCanvas" ref={frame} onKeyDown={onKeyDown} onFocus={onFocus}>
      <ReactFlow<Thing>
        nodes={useThings(props)}
        edges={useLines(props)}
        nodeTypes={NODE_TYPES}
        onNodeClick={(_, { id }) => onSelect(id)}
        onNodeDoubleClick={(_, { id }) => onOpen(id)}
        onMoveStart={event => event && touch()}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        elementsSelectable={false}
        nodesFocusable
        deleteKeyCode={null}
        panActivationKeyCode={null}
        zoomActivationKeyCode={null}
        preventScrolling={false}
        zoomOnScroll={false}
        minZoom={0.2}
        maxZoom={1.4}
        proOptions={{ hideAttribution: true }}
        ariaLabelConfig={{
          'node.a11yDescription.default': trans.__('Press Enter to open it.')
        }}
        aria-label={trans.__('Graph of the lineage')}
      >
        <Background variant={BackgroundVariant.Dots} gap={24} size={1.4} />
      </ReactFlow>
    </div>
  );
}

function useThings({ lineage, selected, trans }: ILineageCanvasProps): Thing[] {
  const places = React.useMemo(() => placed(lineage), [lineage]);
  return React.useMemo(() => {
    const near = kin(lineage, selected ?? lineage.focus);
    return lineage.nodes.map(node => ({
      id: node.id,
      type: 'thing',
      position: places[node.id] ?? { x: 0, y: 0 },
      measured: { ...CARD }, // known at once: nothing is to be measured before everything is brought into view
      selected: node.id === selected,
      ariaLabel: [kindLabel(node.kind, trans), node.title, node.subtitle, node.state]
        .filter(Boolean)
        .join(', '),
      data: { node, isFocus: node.id === lineage.focus, isFar: !near.has(node.id), trans }
    }));
  }, [lineage, selected, places, trans]);
}

function useLines({ lineage, selected }: ILineageCanvasProps): Edge[] {
  return React.useMemo(() => {
    const near = kin(lineage, selected ?? lineage.focus);
    return lineage.links.map(({ source, target, label }) => ({
      id: `${source} → ${target}`,
      source,
      target,
      label,
      className: near.has(source) && near.has(target) ? undefined : 'jp-mod-far',
      markerEnd: {
        type: MarkerType.ArrowClosed,
        width: 16,
        height: 16,
        color: 'var(--jp-mlstudio-line)'
      }
    }));
  }, [lineage, selected]);
}

/** Bring everything into view, until somebody has moved the graph. */
function useFit(frame: React.RefObject<HTMLElement>, about: string): () => void {
  const flow = useReactFlow();
  const ready = useNodesInitialized();
  const touched = React.useRef(false);
  React.useEffect(() => {
    touched.current = false;
  }, [about]);
  React.useEffect(() => {
    const fit = (): void => void (ready && !touched.current && flow.fitView(FIT));
    const watched = new ResizeObserver(() => window.requestAnimationFrame(fit));
    if (frame.current) {
      watched.observe(frame.current);
    }
    return () => watched.disconnect();
  }, [ready, flow, frame, about]);
  return () => {
    touched.current = true;
  };
}

function ThingCard({ data, selected }: NodeProps<Thing>): React.JSX.Element {
  const { node, isFocus, isFar, trans } = data;
  const Icon = kindIcon(node.kind);
  return (
    <div
      className="jp-mlstudio-LineageCard"
      data-kind={node.kind}
      data-focus={isFocus || undefined}
      data-far={isFar || undefined}
      data-selected={selected || undefined}
      title={node.key}
    >
      <Handle type="target" position={Position.Left} isConnectable={false} />
      <small>
        <Icon.react tag="span" elementSize="small" />
        {kindLabel(node.kind, trans)}
        {node.state ? <StateMark state={node.state} label={stateLabel(node.state, trans)} /> : null}
      </small>
      <strong>{node.title}</strong>
      <span>{node.subtitle}</span>
      <Handle type="source" position={Position.Right} isConnectable={false} />
    </div>
  );
}
