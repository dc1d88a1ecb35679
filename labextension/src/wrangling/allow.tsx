import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import { codeOf } from './allowing';
import type { Step } from './recipes';

interface IAllowProps extends IPartProps {
  step: Step | undefined;
  /** Whether the code already stands beside it. */
  bare?: boolean;
}

/** The code of a step that may not run yet, to be read and allowed. */
export function Allow({ model, trans, step, bare }: IAllowProps): React.JSX.Element | null {
  const code = codeOf(step);
  if (!step || code === null || !model.opening.can('combining.allow')) {
    return null;
  }
  return (
    <div className="jp-mlstudio-Wrangling-allow">
      {bare ? null : (
        <pre tabIndex={0} aria-label={trans.__('Code that nobody has allowed yet')}>
          {code}
        </pre>
      )}
      <Button
        disabled={model.busy}
        title={trans.__('Let this code run in this project from now on')}
        onClick={() => void model.allow(step)}
      >
        {trans.__('Allow this code')}
      </Button>
    </div>
  );
}
