import { ellipsesIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import type { WorkflowDesk } from './workflow-desk';

/** The menu of what is seldom done: run without the cache, take over and hand on other formats. */
export function MoreMenu({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, actions } = desk;
  return (
    <IconButton
      label={trans.__('More')}
      aria-haspopup="menu"
      onClick={event => {
        const { left, bottom } = event.currentTarget.getBoundingClientRect();
        actions.openMenu(left, bottom);
      }}
    >
      <ellipsesIcon.react tag="span" elementSize="normal" />
    </IconButton>
  );
}
