import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, CopyButton, Empty } from '../ui';
import { SNIPPET } from './words';

export interface IStartProps {
  trans: TranslationBundle;
  /** Puts the code into the notebook in front; null if there is none. */
  insert: (() => void) | null;
}

/** What there is to see before the first run: the code that makes it. */
export function Start({ trans, insert }: IStartProps): React.JSX.Element {
  return (
    <Empty title={trans.__('No run yet')} action={<Snippet trans={trans} insert={insert} />}>
      {trans.__(
        'A run remembers one training: its params, how its metrics developed, its data and its model. Begin one in a notebook:'
      )}
    </Empty>
  );
}

/** The code that begins to track, with what can be done with it. */
export function Snippet({ trans, insert }: IStartProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Snippet">
      <pre>{SNIPPET}</pre>
      <div>
        <CopyButton
          text={SNIPPET}
          label={trans.__('Copy the code')}
          copiedLabel={trans.__('Copied')}
        />
        <Button
          primary
          disabled={insert === null}
          title={insert === null ? trans.__('Open a notebook first') : undefined}
          onClick={insert ?? undefined}
        >
          {trans.__('Insert into Notebook')}
        </Button>
      </div>
    </div>
  );
}
