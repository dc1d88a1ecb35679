import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRunningSessionManagers } from '@jupyterlab/running';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { IStudio } from '../tokens';
import { jobsIcon, messageOf } from '../ui';
import { addCommands, CommandIds, type ICommandContext } from './commands';
import { JobsModel, type Job } from './model';
import { JobsPanel } from './panel';
import { addRunningSection, addStatusItem, tellEnded, tellQueued } from './places';
import { Preferences } from './preferences';
import { JobTabs } from './tabs';

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
    ISettingRegistry
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
  settings: ISettingRegistry | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const { commands, shell } = app;
  const fail = (error: unknown): void => void Notification.error(messageOf(error));
  const preferences = new Preferences(settings, PLUGIN_ID);
  const model = new JobsModel(studio.api);
  const tabs = new JobTabs(app, studio, trans);
  const panel = createPanel(model, commands, trans);
  const context: ICommandContext & Parameters<typeof addStatusItem>[1] = {
    app,
    api: studio.api,
    model,
    trans,
    notebooks,
    browsers,
    fail,
    open: id => void tabs.open(id),
    openFile: path => void commands.execute('docmanager:open', { path }),
    show: () => shell.activateById(panel.id),
    current: () => tabs.current,
    queued: job => (preferences.openStarted ? void tabs.open(job.id) : tellQueued(job, context))
  };
  addCommands(context, palette);
  model.ended.connect((_, job) => {
    if (preferences.tellEnded) {
      tellEnded(job, context);
    }
  });
  model.stateChanged.connect(() => {
    commands.notifyCommandChanged(CommandIds.stop);
    commands.notifyCommandChanged(CommandIds.again);
    commands.notifyCommandChanged(CommandIds.remove);
  });
  shell.add(panel, 'left', { rank: 602, type: 'ML Studio' });
  restorer?.add(panel, panel.id);
  if (restorer) {
    tabs.restore(restorer, CommandIds.open);
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
  studio.changed.connect((_, { kind }) => {
    if (kind === 'job') {
      void model.refresh();
    }
  });
  void app.started.then(() => model.refresh());
}

/** Make the sidebar panel. */
function createPanel(
  model: JobsModel,
  commands: CommandRegistry,
  trans: TranslationBundle
): JobsPanel {
  const run =
    (id: string) =>
    (job: Job): void =>
      void commands.execute(id, { job_id: job.id });
  const actions = {
    run: () => void commands.execute(CommandIds.run, { choose: true }),
    open: run(CommandIds.open),
    stop: run(CommandIds.stop),
    again: run(CommandIds.again),
    remove: run(CommandIds.remove)
  };
  const panel = new JobsPanel(model, actions, trans);
  panel.id = 'mlstudio-jobs';
  panel.title.icon = jobsIcon;
  panel.title.caption = trans.__('Jobs');
  return panel;
}

export default plugin;
