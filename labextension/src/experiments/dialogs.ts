import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SNIPPET } from './words';

/** Ask whether runs shall go into the bin. */
export async function confirmDelete(count: number, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans._n('Delete %1 run?', 'Delete %1 runs?', count, count),
    body: trans.__(
      'Deleted runs are in the bin, from where they can be restored. Their files stay.'
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })]
  });
  return button.accept;
}

/** Show the code that begins to track. Answers whether it shall be put into the notebook. */
export async function showSnippet(canInsert: boolean, trans: TranslationBundle): Promise<boolean> {
  const code = React.createElement('pre', { className: 'jp-mlstudio-Snippet-code' }, SNIPPET);
  const { button } = await showDialog({
    title: trans.__('Track a run'),
    body: ReactWidget.create(code),
    buttons: canInsert
      ? [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Insert into Notebook') })]
      : [Dialog.okButton({ label: trans.__('Close') })]
  });
  return button.accept && canInsert;
}
