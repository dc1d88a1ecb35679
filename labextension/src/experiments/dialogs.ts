import { Dialog, InputDialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import type { Run } from './run';
import { SNIPPET } from './words';

/** Ask for a new name of a run; null if it shall keep its own. */
export async function askName(run: Run, trans: TranslationBundle): Promise<string | null> {
  const { button, value } = await InputDialog.getText({
    title: trans.__('Rename the run'),
    label: trans.__('Name'),
    text: run.name,
    okLabel: trans.__('Rename')
  });
  const name = value?.trim() ?? '';
  return button.accept && name !== '' && name !== run.name ? name : null;
}

/** Ask for the note of a run; null if it shall stay as it is. */
export async function askNote(run: Run, trans: TranslationBundle): Promise<string | null> {
  const { button, value } = await showDialog({
    title: trans.__('Note'),
    body: new NoteField(run.note, trans.__('Note of the run %1', run.name)),
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Save') })]
  });
  return button.accept && value !== null && value !== run.note ? value : null;
}

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

class NoteField extends Widget implements Dialog.IBodyWidget<string> {
  constructor(note: string, label: string) {
    super();
    this._field.className = 'jp-mlstudio-NoteField';
    this._field.value = note;
    this._field.rows = 6;
    this._field.setAttribute('aria-label', label);
    this.node.append(this._field);
  }

  getValue(): string {
    return this._field.value.trim();
  }

  private readonly _field = document.createElement('textarea');
}
