import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import type { IPartProps } from './actions';

/** What the user should know of how the table was read, and whether it is still being read. */
export function Notes({ model, trans }: IPartProps): React.JSX.Element | null {
  const { notes, isReading } = model.settling;
  if (!model.isReady || (notes.length === 0 && !isReading)) {
    return null;
  }
  return (
    <section className="jp-mlstudio-Wrangling-notes" role="status">
      <div>
        {notes.map(note => (
          <p key={note}>{note}</p>
        ))}
        {isReading ? <small>{trans.__('Reading the types of all rows…')}</small> : null}
      </div>
      {notes.length > 0 ? (
        <IconButton label={trans.__('Dismiss')} onClick={() => model.settling.dismiss()}>
          <closeIcon.react tag="span" width="14px" />
        </IconButton>
      ) : null}
    </section>
  );
}
