import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { changes, createApi } from './api';
import experiments from './experiments';
import registry from './registry';
import serving from './serving';
import monitoring from './monitoring';
import jobs from './jobs';
import { workflows } from './jobs/workflow-plugin';
import { IStudio } from './tokens';
import wrangling from './wrangling';
import { addTour } from './tour';

const studio: JupyterFrontEndPlugin<IStudio> = {
  id: 'jupyter-mlstudio:studio',
  description: 'The API client and the change signal that the studio’s features share.',
  autoStart: true,
  provides: IStudio,
  optional: [ITranslator, ICommandPalette, ILauncher],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    launcher: ILauncher | null
  ): IStudio => {
    const { serverSettings, events } = app.serviceManager;
    const api = createApi(serverSettings);
    addTour({
      commands: app.commands,
      api,
      palette,
      launcher,
      trans: (translator ?? nullTranslator).load('jupyter_mlstudio')
    });
    return { api, changed: changes(events), serverSettings };
  }
};

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  studio,
  wrangling,
  experiments,
  serving,
  monitoring,
  registry,
  jobs,
  workflows
];

export default plugins;
export { IStudio } from './tokens';
