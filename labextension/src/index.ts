import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';

import { changes, createApi } from './api';
import { IStudio } from './tokens';

const studio: JupyterFrontEndPlugin<IStudio> = {
  id: 'jupyter-mlstudio:studio',
  description: 'The API client and the change signal that the studio’s features share.',
  autoStart: true,
  provides: IStudio,
  activate: (app: JupyterFrontEnd): IStudio => {
    const { serverSettings, events } = app.serviceManager;
    return { api: createApi(serverSettings), changed: changes(events), serverSettings };
  }
};

const plugins: JupyterFrontEndPlugin<unknown>[] = [studio];

export default plugins;
export { IStudio } from './tokens';
