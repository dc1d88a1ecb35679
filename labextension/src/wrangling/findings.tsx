import * as React from 'react';

import type { Schemas } from '../api';
import { Button } from '../ui';
import type { IPartProps } from './actions';
import { mended } from './recipes';

/** What the linter has to say about a step, each with the edits that mend it. */
export function Findings(props: IPartProps & { position: number }): React.JSX.Element | null {
  const { model, trans, position } = props;
  const findings = model.findings.filter(finding => finding.position === position);
  if (findings.length === 0) {
    return null;
  }
  const mend = (fix: Schemas['Fix']): void => void model.change(mended(model.recipe, fix.edits));
  return (
    <ul className="jp-mlstudio-Wrangling-findings" aria-label={trans.__('Advice')}>
      {findings.map(({ message, severity, fixes, code }) => (
        <li key={`${code}-${message}`} data-severity={severity}>
          <span>{message}</span>
          {fixes.map(fix => (
            <Button key={fix.label} onClick={() => mend(fix)}>
              {fix.label}
            </Button>
          ))}
        </li>
      ))}
    </ul>
  );
}
