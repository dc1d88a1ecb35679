import { Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { WrangleModel } from './model';
import { SessionError } from './transport';

export const DATA_FILE =
  /\.(csv|tsv|txt|parquet|pq|json|jsonl|ndjson|arrow|feather|ipc|xlsx|xlsm|xls|sqlite3?|db|duckdb|ddb)$/i;
export const RECIPE_FILE = /\.recipe\.json$/i;

/** Let somebody choose one file whose name fits; null if they do not. */
export async function pickFile(
  manager: IDocumentManager,
  fits: RegExp,
  title: string,
  defaultPath?: string
): Promise<string | null> {
  const { button, value } = await FileDialog.getOpenFiles({
    manager,
    title,
    defaultPath,
    filter: ({ type, name }) => (type === 'directory' || fits.test(name) ? {} : null)
  });
  const chosen = button.accept ? value?.find(({ name }) => fits.test(name)) : undefined;
  return chosen ? manager.services.contents.localPath(chosen.path) : null;
}

/** Ask for the name of a recipe and write it; one that exists is only overwritten after asking. */
export async function saveRecipe(
  model: WrangleModel,
  trans: TranslationBundle
): Promise<string | null> {
  const path =
    model.output.path ??
    (await askPath(trans.__('Save recipe'), besides(model, '.recipe.json'), trans));
  if (!path) {
    return null;
  }
  const named = RECIPE_FILE.test(path) ? path : `${path}.recipe.json`;
  const written = await unlessThere(named, model.output.path === named, trans, overwrite =>
    model.output.save(named, overwrite)
  );
  if (written) {
    Notification.success(trans.__('Saved the recipe as %1', named), { autoClose: 4000 });
  }
  return written ? named : null;
}

/** Ask for the name of a copy of the recipe and write it; answers its path. */
export async function branchRecipe(
  model: WrangleModel,
  trans: TranslationBundle
): Promise<string | null> {
  const own = model.output.path ?? besides(model, '.recipe.json');
  const suggested = own.replace(RECIPE_FILE, '-2.recipe.json');
  const path = await askPath(trans.__('Branch recipe'), suggested, trans);
  if (!path) {
    return null;
  }
  const named = RECIPE_FILE.test(path) ? path : `${path}.recipe.json`;
  const written = await unlessThere(named, false, trans, overwrite =>
    model.output.copy(named, overwrite)
  );
  return written ? named : null;
}

/** Ask for the name of a page and write the report into it; answers its path. */
export async function exportReport(
  model: WrangleModel,
  trans: TranslationBundle
): Promise<string | null> {
  const path = await askPath(trans.__('Export report'), besides(model, '-report.html'), trans);
  if (!path) {
    return null;
  }
  const written = await unlessThere(path, false, trans, overwrite =>
    model.tools.report.export(path, overwrite)
  );
  return written?.path ?? null;
}

async function askPath(
  title: string,
  text: string,
  trans: TranslationBundle
): Promise<string | null> {
  const { button, value } = await InputDialog.getText({
    title,
    label: trans.__('Path from the project folder'),
    text,
    selectionRange: text.indexOf('.') > 0 ? text.indexOf('.') : text.length,
    okLabel: title
  });
  return button.accept && value?.trim() ? value.trim() : null;
}

/** Write; if the file is there already, ask and write over it. Answers null if somebody said no. */
export async function unlessThere<T>(
  path: string,
  overwrite: boolean,
  trans: TranslationBundle,
  write: (overwrite: boolean) => Promise<T>
): Promise<T | null> {
  try {
    return await write(overwrite);
  } catch (error) {
    if (!(error instanceof SessionError) || !EXISTS.test(error.reason) || overwrite) {
      throw error;
    }
  }
  const { button } = await showDialog({
    title: trans.__('Overwrite file?'),
    body: trans.__('%1 is there already. Its content would be lost.', path),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Overwrite') })]
  });
  return button.accept ? write(true) : null;
}

const EXISTS = /exist|conflict|taken/;

/** Suggest a path beside the source, with another ending. */
export function besides({ opening, title }: WrangleModel, ending: string): string {
  const { source } = opening;
  const base = source?.kind === 'file' ? source.path : title;
  return base.replace(DATA_FILE, '') + ending;
}
