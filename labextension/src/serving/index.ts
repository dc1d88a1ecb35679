import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileDialog, IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IServingPanel, IStudio } from '../tokens';
import { messageOf } from '../ui';
import { addCommands, CommandIds, type ICommandContext } from './commands';
import { EndpointsModel, type Endpoint } from './model';
import { NotebookModels } from './notebook';
import { onFailure } from './notices';
import { addRunningSection, addStatusItem } from './places';
import { Refresh } from './refresh';
import { createSidebar } from './sidebar';
import { EndpointTabs } from './tabs';
import { addTransforms } from './transform-commands';

const PLUGIN_ID = 'jupyter-mlstudio:serving';

const plugin: JupyterFrontEndPlugin<IServingPanel> = {
  id: PLUGIN_ID,
  description: 'Endpoints: deploy a model, watch it answer, try it, roll it, stop it.',
  autoStart: true,
  provides: IServingPanel,
  requires: [IStudio],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    IStatusBar,
    IRunningSessionManagers,
    INotebookTracker,
    ISettingRegistry,
    IFileBrowserFactory,
    IDocumentManager
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  studio: IStudio,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  statusBar: IStatusBar | null,
  running: IRunningSessionManagers | null,
  notebooks: INotebookTracker | null,
  settings: ISettingRegistry | null,
  files: IFileBrowserFactory | null,
  documents: IDocumentManager | null
): IServingPanel {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const { commands, shell } = app;
  const refresh = new Refresh(settings, PLUGIN_ID);
  const model = new EndpointsModel(studio.api);
  const tabs = new EndpointTabs({ app, studio, trans, refresh, fail });
  const sidebar = createSidebar({ commands, model, trans, translator, refresh });
  const notebook = notebooks ? new NotebookModels(studio, notebooks, trans) : null;
  const context: ICommandContext = {
    studio,
    trans,
    model,
    notebook,
    fail,
    show: () => shell.activateById(sidebar.id),
    open: id => void tabs.open(id),
    current: () => tabs.current
  };
  addCommands(app, context, palette);
  shell.add(sidebar, 'left', { rank: 603, type: 'ML Studio' });
  restorer?.add(sidebar, sidebar.id);
  if (restorer) {
    tabs.restore(restorer, CommandIds.open);
  }
  const pickFile = documents ? () => pick(documents, trans.__('Choose the rows')) : null;
  addTransforms({ ...context, app, palette, files, sidebar, refresh, pickFile });
  addPlaces(context, launcher, statusBar, running);
  keepFresh(app, context);
  return sidebar;
}

/** Let the user choose a file. */
async function pick(manager: IDocumentManager, title: string): Promise<string | null> {
  const { button, value } = await FileDialog.getOpenFiles({ manager, title });
  const [chosen] = button.accept ? (value ?? []) : [];
  return chosen ? manager.services.contents.localPath(chosen.path) : null;
}

/** Tell the user what went wrong. */
function fail(error: unknown): void {
  Notification.error(messageOf(error), { autoClose: 10_000 });
}

/** Show the endpoints in those of JupyterLab's own places that there are. */
function addPlaces(
  context: ICommandContext,
  launcher: ILauncher | null,
  statusBar: IStatusBar | null,
  running: IRunningSessionManagers | null
): void {
  const category = context.trans.__('ML Studio');
  launcher?.add({ command: CommandIds.deploy, args: { isLauncher: true }, category, rank: 4 });
  if (statusBar) {
    addStatusItem(statusBar, context);
  }
  if (running) {
    addRunningSection(running, context);
  }
}

function keepFresh({ commands, started }: JupyterFrontEnd, context: ICommandContext): void {
  const { studio, model, notebook } = context;
  notebook?.changed.connect(() => commands.notifyCommandChanged(CommandIds.deployNotebook));
  model.stateChanged.connect(() => commands.notifyCommandChanged(CommandIds.stop));
  studio.changed.connect((_, { kind }) => {
    if (kind === 'endpoint') {
      void model.refresh();
    }
  });
  onFailure(model, endpoint => tellFailure(endpoint, context));
  void started.then(() => model.refresh());
}

function tellFailure({ id, name, message }: Endpoint, { trans, open }: ICommandContext): void {
  Notification.error(trans.__('%1 does not answer any more. %2', name, message), {
    autoClose: false,
    actions: [{ label: trans.__('Open'), callback: () => open(id) }]
  });
}

export default plugin;
