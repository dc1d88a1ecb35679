import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IStudio } from '../tokens';
import { messageOf } from '../ui';
import { addCommands, CommandIds, renewCommands } from './commands';
import { Desk } from './desk';
import { Followers } from './follow';
import { Notices } from './notices';
import { addRunningSection, addStatusItem } from './places';
import { Preferences } from './preferences';
import { createPanel, type Context } from './sidebar';
import { openOwner } from './tab-kinds';
import { Board } from './board';
import { tellEnded, tellFailed, tellMade, tellSwept } from './tell';

const PLUGIN_ID = 'jupyter-mlstudio:jobs';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description:
    'Jobs: run notebooks in the background, watch them cell by cell, open their results.',
  autoStart: true,
  requires: [IStudio],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    IStatusBar,
    IRunningSessionManagers,
    INotebookTracker,
    IFileBrowserFactory,
    ISettingRegistry,
    IEditorServices
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
  browsers: IFileBrowserFactory | null,
  settings: ISettingRegistry | null,
  editors: IEditorServices | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const { commands, shell } = app;
  const fail = (error: unknown): void => void Notification.error(messageOf(error));
  const openFlow = (id: string): void => openOwner(app, { kind: 'workflow', id, node: null });
  const preferences = new Preferences(settings, PLUGIN_ID);
  const desk = new Desk(studio.api);
  const board = new Board({ app, studio, desk, editors, trans });
  const panel = createPanel(desk, commands, trans, openFlow, fail);
  const notices = new Notices(desk.jobs, desk.sweeps, sessionStorage, localStorage, {
    ended: job => preferences.tellEnded && tellEnded(job, context),
    swept: sweep => preferences.tellEnded && tellSwept(sweep, context),
    failed: jobs => preferences.tellFailed && tellFailed(jobs, context)
  });
  const context: Context = {
    ...{ app, api: studio.api, desk, trans, notebooks, browsers, fail, openFlow },
    ...board.openers,
    openFile: path => void commands.execute('docmanager:open', { path }),
    show: () => shell.activateById(panel.id),
    made: made => {
      const id = made.kind === 'job' ? made.job.id : made.kind === 'sweep' ? made.sweep.id : null;
      const isShown = board.show(made, preferences.openStarted);
      if (!isShown) {
        tellMade(made, context);
      }
      if (id !== null) {
        notices.started(id);
      }
    }
  };
  addCommands(context, palette);
  desk.stateChanged.connect(() => renewCommands(commands));
  shell.add(panel, 'left', { rank: 602, type: 'ML Studio' });
  restorer?.add(panel, panel.id);
  if (restorer) {
    board.restore(restorer);
  }
  launcher?.add({
    command: CommandIds.run,
    args: { isLauncher: true },
    category: trans.__('ML Studio'),
    rank: 3
  });
  if (statusBar) {
    addStatusItem(statusBar, context);
  }
  if (running) {
    addRunningSection(running, context);
  }
  if (notebooks) {
    new Followers(notebooks, app.serviceManager.contents, desk.jobs);
  }
  studio.changed.connect((_, changed) => desk.note(changed));
  void app.started.then(() => desk.refresh());
}

export default plugin;
