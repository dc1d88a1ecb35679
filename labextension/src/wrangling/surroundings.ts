import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import { messageOf } from '../ui';
import type { IWranglingActions } from './actions';
import { DATA_FILE, branchRecipe, exportReport, pickFile, saveRecipe } from './dialogs';
import type { Notebooks } from './frames';
import { writeCell } from './cells';
import { notebookFor } from './insert';
import type { WrangleModel } from './model';
import { runRecipe } from './run';

/** The parts of JupyterLab that stand around a view; null where a frontend lacks them. */
export interface ISurroundings {
  app: JupyterFrontEnd;
  trans: TranslationBundle;
  tracker: INotebookTracker | null;
  notebooks: Notebooks | null;
  documents: IDocumentManager | null;
  /** The folder that the file browser shows. */
  folder: () => string;
}

/** What a view can ask for; failures are told to the user. */
export function actionsOf(around: ISurroundings): IWranglingActions {
  const { app, trans, documents, folder } = around;
  const told = async (act: Promise<unknown>): Promise<void> => {
    await act.catch(error => void Notification.error(messageOf(error)));
  };
  return {
    insertCode: model => told(insertCode(model, around)),
    save: model => told(saveRecipe(model, trans)),
    run: model => told(runRecipe(model, app.commands, trans)),
    exportReport: model =>
      told(
        exportReport(model, trans).then(
          path => path && Notification.success(trans.__('Wrote the report to %1', path))
        )
      ),
    branch: model =>
      told(
        branchRecipe(model, trans).then(
          path => path && app.commands.execute('mlstudio:wrangling-open', { path })
        )
      ),
    pickPath: async () =>
      documents ? pickFile(documents, DATA_FILE, trans.__('Choose a data file'), folder()) : null
  };
}

async function insertCode(
  model: WrangleModel,
  { app, tracker, notebooks }: ISurroundings
): Promise<void> {
  const text = await model.tools.code.forCell();
  const kernel = model.opening.session?.kernel;
  const own = notebooks?.find(
    ({ sessionContext }) => sessionContext.session?.kernel?.id === kernel
  );
  const panel = tracker ? await notebookFor(own?.panel ?? null, tracker, app.commands) : null;
  if (panel) {
    const { cell, path } = model.output;
    const kept = { cell, path: model.output.dirty ? null : path, recipe: model.recipe };
    model.output.cell = writeCell(panel, text.trimEnd(), kept);
    app.commands.notifyCommandChanged('mlstudio:wrangling-edit-recipe');
    app.shell.activateById(panel.id);
  }
}
