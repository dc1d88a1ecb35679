import * as React from 'react';

import { Button, CopyButton } from '../ui';
import type { WorkflowDesk } from './workflow-desk';

/** The file as text, to read and to copy. */
export function CodeView({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, runs, model, actions } = desk;
  const text = runs.isPast && runs.detail ? runs.detail.text : model.text.source;
  const lines = text.replace(/\n$/, '').split('\n');
  const broken = new Map(model.problems.map(({ line, message }) => [line, message]));
  return (
    <div className="jp-mlstudio-WorkflowCode">
      <div>
        <CopyButton
          text={text}
          label={trans.__('Copy the text')}
          copiedLabel={trans.__('Copied')}
        />
        {runs.isPast ? null : (
          <Button onClick={() => actions.openText(model.text.path)}>
            {trans.__('Open in the text editor')}
          </Button>
        )}
      </div>
      <pre tabIndex={0} aria-label={trans.__('The workflow as YAML')}>
        {lines.map((line, at) => (
          <code key={at} data-broken={broken.has(at + 1) || undefined} title={broken.get(at + 1)}>
            {line}
            {'\n'}
          </code>
        ))}
      </pre>
    </div>
  );
}
