import * as React from 'react';

import { List, ListOpener } from '../ui';
import type { WorkflowDesk } from './workflow-desk';

/** What keeps the workflow from running, and what is odd. */
export function Problems({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, model, actions } = desk;
  if (model.problems.length === 0) {
    return (
      <p className="jp-mlstudio-Hint">
        {trans.__('There are no problems. The workflow can be run.')}
      </p>
    );
  }
  return (
    <List label={trans.__('Problems')}>
      {model.problems.map(({ node, line, message, severity }, at) => (
        <li key={at} className="jp-mlstudio-WorkflowProblem" data-severity={severity}>
          <ListOpener
            title={message}
            onOpen={() => (node === null ? actions.openText(model.text.path) : desk.openNode(node))}
          >
            <span>{message}</span>
            <small>
              {[
                severity === 'error' ? trans.__('Error') : trans.__('Warning'),
                node ?? '',
                line === null ? '' : trans.__('line %1', line)
              ]
                .filter(Boolean)
                .join(' · ')}
            </small>
          </ListOpener>
        </li>
      ))}
    </List>
  );
}
