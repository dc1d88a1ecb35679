import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IStudio } from '../tokens';
import { addCommands } from './workflow-commands';
import { addDocuments } from './workflow-documents';
import { CommandIds } from './workflow-ids';
import { actionsOf } from './workflow-places';

/** Workflows: files that chain notebooks, on a canvas. */
export const workflows: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-mlstudio:workflows',
  description: 'Workflows: notebooks and functions chained on a canvas, run, cached and repaired.',
  autoStart: true,
  requires: [IStudio],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette, ILauncher, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    studio: IStudio,
    translator: ITranslator | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null,
    browser: IDefaultFileBrowser | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
    const places = { app, trans, browser };
    const tracker = addDocuments(
      { app, studio, translator, trans, actions: desk => actionsOf(places, desk) },
      restorer
    );
    addCommands({ ...places, api: studio.api, tracker }, palette);
    const category = trans.__('ML Studio');
    launcher?.add({ command: CommandIds.create, args: { isLauncher: true }, category, rank: 4 });
  }
};
