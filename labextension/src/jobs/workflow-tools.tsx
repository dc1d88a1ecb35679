import type { TranslationBundle } from '@jupyterlab/translation';
import { addIcon, treeViewIcon } from '@jupyterlab/ui-components';
import { Panel, useReactFlow, useStore, type FitViewOptions } from '@xyflow/react';
import * as React from 'react';

import { IconButton } from '../ui';
import { fitIcon, minusIcon } from './workflow-icons';

export interface ICanvasToolsProps {
  readonly trans: TranslationBundle;
  readonly editable: boolean;
  readonly fit: FitViewOptions;
  readonly onArrange: () => void;
}

/** The buttons in the corner of the canvas. */
export function CanvasTools(props: ICanvasToolsProps): React.JSX.Element {
  const { trans, editable, fit, onArrange } = props;
  const flow = useReactFlow();
  const zoom = useStore(({ transform }) => Math.round(transform[2] * 100));
  return (
    <Panel position="bottom-left" className="jp-mlstudio-WorkflowTools">
      <IconButton label={trans.__('Zoom out')} onClick={() => void flow.zoomOut()}>
        <minusIcon.react tag="span" elementSize="normal" />
      </IconButton>
      <button
        type="button"
        className="jp-mlstudio-WorkflowTools-zoom"
        title={trans.__('Back to full size')}
        onClick={() => void flow.zoomTo(1)}
      >
        {`${zoom}%`}
      </button>
      <IconButton label={trans.__('Zoom in')} onClick={() => void flow.zoomIn()}>
        <addIcon.react tag="span" elementSize="normal" />
      </IconButton>
      <IconButton label={trans.__('Show everything')} onClick={() => void flow.fitView(fit)}>
        <fitIcon.react tag="span" elementSize="normal" />
      </IconButton>
      {editable ? (
        <IconButton label={trans.__('Arrange')} onClick={onArrange}>
          <treeViewIcon.react tag="span" elementSize="normal" />
        </IconButton>
      ) : null}
    </Panel>
  );
}
