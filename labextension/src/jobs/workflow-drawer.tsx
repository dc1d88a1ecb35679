import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import type { WorkflowDesk } from './workflow-desk';
import type { Pane } from './workflow-look';
import { Inspector } from './workflow-inspector';
import { WorkflowSettings } from './workflow-settings';
import { Problems } from './workflow-problems';
import { RunsPane } from './workflow-runs-pane';

/** The drawer on the right: one node, the parameters of the workflow, its runs, or what is wrong. */
export function Drawer({ desk, pane }: { desk: WorkflowDesk; pane: Pane }): React.JSX.Element {
  const { trans } = desk;
  const titles: Record<Pane, string> = {
    node: trans.__('Node'),
    parameters: trans.__('Workflow'),
    runs: trans.__('Runs'),
    problems: trans.__('Problems')
  };
  return (
    <aside className="jp-mlstudio-Workflow-drawer" aria-label={titles[pane]}>
      <header>
        <h2>{titles[pane]}</h2>
        <IconButton
          label={trans.__('Close')}
          onClick={() => {
            desk.pane = null;
          }}
        >
          <closeIcon.react tag="span" elementSize="normal" />
        </IconButton>
      </header>
      {pane === 'node' ? <Inspector desk={desk} /> : null}
      {pane === 'parameters' ? <WorkflowSettings desk={desk} /> : null}
      {pane === 'runs' ? <RunsPane desk={desk} /> : null}
      {pane === 'problems' ? <Problems desk={desk} /> : null}
    </aside>
  );
}
