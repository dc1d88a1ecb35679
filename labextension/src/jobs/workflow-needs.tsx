import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import { Field } from './workflow-fields';
import { mayConnect, needsIn, nodeOf, nodesOf } from './workflow-graph';
import type { INodeProps } from './workflow-inspector';
import type { WorkflowNode } from './workflow-types';

/** Which nodes must have ended before, and how. */
export function NeedsEditor({ desk, node }: INodeProps): React.JSX.Element | null {
  const { trans, model, workflow } = desk;
  const needs = needsIn(workflow).filter(({ target }) => target === node.id);
  const free = nodesOf(workflow).filter(({ id }) => mayConnect(workflow, id, node.id));
  const title = (id: string): string => nodeOf(workflow, id)?.title || id;
  if (needs.length === 0 && free.length === 0) {
    return null;
  }
  return (
    <section aria-label={trans.__('Needs')}>
      <h3>{trans.__('Needs')}</h3>
      <ul className="jp-mlstudio-WorkflowNeeds">
        {needs.map(({ source, implied }) => (
          <li key={source} className="jp-mlstudio-Badge">
            {title(source)}
            {implied ? (
              <em title={trans.__('A value or a condition below takes something from it')}>
                {trans.__('by reference')}
              </em>
            ) : (
              <IconButton
                label={trans.__('No longer need %1', source)}
                onClick={() => desk.disconnect([{ source, target: node.id }])}
              >
                <closeIcon.react tag="span" elementSize="small" />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      {free.length > 0 ? (
        <select
          className="jp-mlstudio-Form-input"
          aria-label={trans.__('Another node that it needs')}
          value=""
          onChange={event => desk.connect(event.target.value, node.id)}
        >
          <option value="">{trans.__('Add a node that must come before…')}</option>
          {free.map(({ id }) => (
            <option key={id} value={id}>
              {title(id)}
            </option>
          ))}
        </select>
      ) : null}
      {needs.length > 0 ? (
        <Field label={trans.__('Runs if')}>
          {id => (
            <select
              id={id}
              className="jp-mlstudio-Form-input"
              value={node.run_if ?? 'all_succeeded'}
              onChange={event =>
                model.change(node.id, { run_if: event.target.value as WorkflowNode['run_if'] })
              }
            >
              <option value="all_succeeded">{trans.__('all of them have succeeded')}</option>
              <option value="any_succeeded">{trans.__('at least one has succeeded')}</option>
              <option value="any_failed">{trans.__('at least one has failed')}</option>
              <option value="all_done">{trans.__('all have ended, whatever happened')}</option>
            </select>
          )}
        </Field>
      ) : null}
    </section>
  );
}
