import * as React from 'react';

import type { IPartProps } from './actions';

/** What the linter has to say about a step. */
export function Findings(props: IPartProps & { position: number }): React.JSX.Element | null {
  const { model, position } = props;
  const findings = model.findings.filter(finding => finding.position === position);
  if (findings.length === 0) {
    return null;
  }
  return (
    <ul className="jp-mlstudio-Wrangling-findings">
      {findings.map(({ message }) => (
        <li key={message}>{message}</li>
      ))}
    </ul>
  );
}
