import * as React from 'react';

import { Button, exactTime, Failure } from '../ui';
import type { WorkflowDesk } from './workflow-desk';

/** What has to be known above everything: a run of the past is shown, or the file cannot be read. */
export function Banner({ desk }: { desk: WorkflowDesk }): React.JSX.Element | null {
  const { trans, runs, model, actions } = desk;
  const run = runs.detail?.run;
  if (runs.isPast && run) {
    return (
      <div className="jp-mlstudio-Workflow-banner" role="status">
        <span>
          {trans.__(
            'This is the workflow as it was when the run of %1 began.',
            exactTime(run.created_at)
          )}
        </span>
        <Button onClick={() => void runs.show(null)}>{trans.__('Back to the file')}</Button>
      </div>
    );
  }
  if (model.failure !== null && model.readable) {
    const retry = (): void => void model.read();
    return <Failure message={model.failure} retryLabel={trans.__('Retry')} onRetry={retry} />;
  }
  if (model.loaded && !model.readable && model.failure === null) {
    return (
      <div className="jp-mlstudio-Workflow-banner" data-broken role="alert">
        <span>
          {trans.__('The file cannot be read as it is, so it is shown as it was before.')}
          {model.problems.slice(0, 3).map(({ line, message }) => (
            <span
              key={message}
            >{` ${line === null ? '' : trans.__('Line %1:', line)} ${message}`}</span>
          ))}
        </span>
        <Button onClick={() => actions.openText(model.text.path)}>
          {trans.__('Open as text')}
        </Button>
      </div>
    );
  }
  return null;
}
