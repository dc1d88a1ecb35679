import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { UUID, type PartialJSONObject, type ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { Recipe } from './recipes';

type SharedCell = NonNullable<NotebookPanel['model']>['sharedModel']['cells'][number];

const KEY = 'mlstudio';

/** What a cell that we wrote knows of its recipe. */
export interface ICellRecipe {
  /** Names the cell, so that the same view writes it again. */
  cell: string;
  /** The recipe's file; null if it was in none when the cell was written. */
  path: string | null;
  /** The recipe itself, where it stands in no file. */
  recipe: Recipe | null;
}

/** Read what a cell knows of its recipe; null if we did not write it. */
export function recipeOf(cell: SharedCell | undefined): ICellRecipe | null {
  const kept = cell?.getMetadata(KEY) as ReadonlyPartialJSONObject | undefined;
  return kept && typeof kept['cell'] === 'string' ? (kept as unknown as ICellRecipe) : null;
}

/** The active cell of the current notebook, if we wrote it. */
export function activeRecipe(tracker: INotebookTracker | null): ICellRecipe | null {
  return recipeOf(tracker?.activeCell?.model.sharedModel as SharedCell | undefined);
}

/**
 * Put a program into a notebook: into the cell that was written for the same view before, else behind the active cell;
 * an empty active cell is filled. Answers the cell's name.
 */
export function writeCell(
  panel: NotebookPanel,
  source: string,
  { cell, path, recipe }: Omit<ICellRecipe, 'cell'> & { cell: string | null }
): string {
  const { content } = panel;
  const cells = panel.model?.sharedModel;
  const name = cell ?? UUID.uuid4();
  if (!cells) {
    return name;
  }
  const kept = { cell: name, path, recipe: path ? null : recipe };
  const before = cells.cells.findIndex(other => recipeOf(other)?.cell === name);
  const active = cells.cells[content.activeCellIndex];
  const empty = active?.cell_type === 'code' && active.getSource().trim() === '';
  const at = before >= 0 ? before : empty ? content.activeCellIndex : content.activeCellIndex + 1;
  if (before < 0 && !empty) {
    cells.insertCell(at, { cell_type: 'code', source: '', metadata: {} });
  }
  cells.cells[at]?.setSource(source);
  cells.cells[at]?.setMetadata(KEY, kept as unknown as PartialJSONObject);
  content.activeCellIndex = at;
  content.deselectAll();
  void content.scrollToItem(at, 'smart');
  return name;
}
