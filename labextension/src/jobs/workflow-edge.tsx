import {
  BaseEdge,
  EdgeLabelRenderer,
  getBezierPath,
  type Edge,
  type EdgeProps
} from '@xyflow/react';
import * as React from 'react';

/** A line of the canvas. */
export type LineEdge = Edge<{ label: string; state: string | null }, 'line'>;

/** Draw a line between two cards, with the condition that stands on it. */
export const Line = React.memo(function Line(props: EdgeProps<LineEdge>): React.JSX.Element {
  const [path, x, y] = getBezierPath(props);
  const label = props.data?.label;
  return (
    <>
      <BaseEdge id={props.id} path={path} markerEnd={props.markerEnd} interactionWidth={16} />
      {label ? (
        <EdgeLabelRenderer>
          <div
            className="jp-mlstudio-WorkflowLine-label"
            data-selected={props.selected || undefined}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
            title={label}
          >
            {label}
          </div>
        </EdgeLabelRenderer>
      ) : null}
    </>
  );
});
