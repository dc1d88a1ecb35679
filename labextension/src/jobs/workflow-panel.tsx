import { VDomRenderer } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import { Empty, Failure, Loading, Button } from '../ui';
import { useTicks } from './ticks';
import { Bar } from './workflow-bar';
import { mayConnect, nodesOf } from './workflow-graph';
import { CodeView } from './workflow-code';
import type { WorkflowDesk } from './workflow-desk';
import { Drawer } from './workflow-drawer';
import { draggedOffer, drop, offersOf, type IFileDrag } from './workflow-drop';
import { onKeys } from './workflow-keys';
import { NodeList } from './workflow-list';
import { Palette } from './workflow-palette';
import { Banner } from './workflow-banner';

const Canvas = React.lazy(() => import('./workflow-canvas'));
const SLOW = 60_000;
const DRAG_EVENTS = ['lm-dragenter', 'lm-dragover', 'lm-drop'] as const;

/** One workflow in the main area. */
export class WorkflowPanel extends VDomRenderer<WorkflowDesk> {
  constructor(model: WorkflowDesk) {
    super(model);
    this.addClass('jp-mlstudio-Workflow');
    this.node.tabIndex = -1;
  }

  /** Hear of files that are dragged here from the file browser. */
  handleEvent(event: Event): void {
    const drag = event as IFileDrag;
    const desk = this.model;
    const offers = desk?.editable ? offersOf(drag, desk) : [];
    if (!desk || offers.length === 0) {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
    drag.dropAction = drag.proposedAction;
    if (event.type === 'lm-drop') {
      drop(desk, offers, drag.clientX, drag.clientY);
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    DRAG_EVENTS.forEach(name => this.node.addEventListener(name, this));
  }

  protected override onBeforeDetach(message: Message): void {
    DRAG_EVENTS.forEach(name => this.node.removeEventListener(name, this));
    super.onBeforeDetach(message);
  }

  protected render(): React.JSX.Element {
    return <View desk={this.model} />;
  }
}

function View({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, model, runs, pane } = desk;
  const place = useWidth(desk);
  useTicks(runs.running ? 1000 : SLOW);
  if (!model.loaded) {
    return <Loading label={trans.__('Loading the workflow')} />;
  }
  return (
    <div ref={place} onKeyDown={event => onKeys(event, desk)}>
      <Bar desk={desk} />
      <Banner desk={desk} />
      <div className="jp-mlstudio-Workflow-body" data-narrow={desk.narrow || undefined}>
        {desk.paletteOpen && desk.editable ? <Palette desk={desk} /> : null}
        <main
          className="jp-mlstudio-Workflow-main"
          onDragOver={event => desk.editable && event.preventDefault()}
          onDrop={event => {
            const offer = draggedOffer(event.dataTransfer);
            if (offer && desk.editable) {
              event.preventDefault();
              drop(desk, [offer], event.clientX, event.clientY);
            }
          }}
        >
          <Main desk={desk} />
        </main>
        {pane === null ? null : <Drawer desk={desk} pane={pane} />}
      </div>
    </div>
  );
}

function Main({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { model, trans } = desk;
  if (model.failure !== null && !model.readable) {
    const retry = (): void => void model.open();
    return <Failure message={model.failure} retryLabel={trans.__('Retry')} onRetry={retry} />;
  }
  if (desk.mode === 'code') {
    return <CodeView desk={desk} />;
  }
  if (nodesOf(desk.workflow).length === 0 && desk.editable) {
    return <Begin desk={desk} />;
  }
  return desk.mode === 'list' ? <NodeList desk={desk} /> : <CanvasView desk={desk} />;
}

function CanvasView({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { model, trans } = desk;
  const onReady = React.useCallback(
    (canvas: WorkflowDesk['canvas']) => {
      desk.canvas = canvas;
    },
    [desk]
  );
  return (
    <React.Suspense fallback={<Loading label={trans.__('Loading the canvas')} />}>
      <Canvas
        cards={desk.cards}
        lines={desk.lines}
        layout={desk.workflow.layout}
        selection={model.selection}
        editable={desk.editable}
        trans={trans}
        mayConnect={(source, target) => mayConnect(model.workflow, source, target)}
        onConnect={(source, target) => desk.connect(source, target)}
        onDisconnect={lines => desk.disconnect(lines)}
        onMove={places => desk.move(places)}
        onSelect={ids => model.select(ids)}
        onOpen={id => desk.openNode(id)}
        onArrange={() => void desk.arrange()}
        onReady={onReady}
      />
    </React.Suspense>
  );
}

function Begin({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, actions } = desk;
  const pick = async (): Promise<void> => {
    const notebook = await actions.pickFile('.ipynb');
    if (notebook) {
      desk.add({ notebook }, notebook.replace(/^.*\/|\.ipynb$/g, ''));
    }
  };
  return (
    <div className="jp-mlstudio-Workflow-begin">
      <Empty
        title={trans.__('A workflow runs notebooks one after the other, and side by side')}
        action={
          <Button primary onClick={() => void pick()}>
            {trans.__('Add a notebook…')}
          </Button>
        }
      >
        {trans.__(
          'Drag a notebook here from the file browser, or take a node from the list on the left. Then draw lines from what comes first to what needs it.'
        )}
      </Empty>
    </div>
  );
}

function useWidth(desk: WorkflowDesk): React.RefCallback<HTMLElement> {
  const watched = React.useRef<ResizeObserver | null>(null);
  return React.useCallback(
    (element: HTMLElement | null) => {
      watched.current?.disconnect();
      watched.current = null;
      if (element) {
        watched.current = new ResizeObserver(([entry]) => {
          const width = entry?.contentRect.width ?? 0;
          if (width > 0) {
            desk.width = width;
          }
        });
        watched.current.observe(element);
      }
    },
    [desk]
  );
}
