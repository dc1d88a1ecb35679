import { Clipboard } from '@jupyterlab/apputils';
import type * as React from 'react';

import { nodesOf } from './workflow-graph';
import type { WorkflowDesk } from './workflow-desk';

let clip = '';

/** Do what a key asks for, unless something is being typed. */
export function onKeys(event: React.KeyboardEvent, desk: WorkflowDesk): void {
  const target = event.target as HTMLElement;
  if (target.closest('input, textarea, select, [contenteditable]')) {
    return;
  }
  const act = event.ctrlKey || event.metaKey ? withControl(event, desk) : plain(event, desk);
  if (act) {
    event.preventDefault();
    event.stopPropagation();
    act();
  }
}

function plain({ key, target }: React.KeyboardEvent, desk: WorkflowDesk): (() => void) | null {
  const hasChosen = desk.model.selection.length > 0;
  const isOnButton = (target as HTMLElement).closest('button') !== null;
  if ((key === 'Delete' || (key === 'Backspace' && !isOnButton)) && hasChosen && desk.editable) {
    return () => void desk.removeChosen();
  }
  if (key === 'Escape' && desk.pane !== null) {
    return () => {
      desk.pane = null;
    };
  }
  return null;
}

function withControl(event: React.KeyboardEvent, desk: WorkflowDesk): (() => void) | null {
  const { model, editable } = desk;
  const key = event.key.toLowerCase();
  if (key === 'a' && desk.mode !== 'code') {
    return () => model.select(nodesOf(model.workflow).map(({ id }) => id));
  }
  const isTextChosen = (window.getSelection()?.toString() ?? '') !== '';
  if ((key === 'c' || key === 'x') && model.selection.length > 0 && !isTextChosen) {
    return () => copy(desk, key === 'x');
  }
  if (!editable) {
    return null;
  }
  if (key === 'z') {
    return () => (event.shiftKey ? model.redo() : model.undo());
  }
  if (key === 'y') {
    return () => model.redo();
  }
  return key === 'v' ? () => void paste(desk) : null;
}

function copy(desk: WorkflowDesk, andRemove: boolean): void {
  clip = desk.model.copy();
  Clipboard.copyToSystem(clip); // for other windows; this one has it anyway
  if (andRemove && desk.editable) {
    desk.model.remove(desk.model.selection);
  }
}

async function paste({ model }: WorkflowDesk): Promise<void> {
  const system = await navigator.clipboard?.readText().catch(() => '');
  if (!model.paste(system || clip) && clip) {
    model.paste(clip);
  }
}
