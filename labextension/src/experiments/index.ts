import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { Changed } from '../api';
import { IStudio } from '../tokens';
import { addBadges } from './badges';
import { addCommands, CommandIds } from './commands';
import { addCharts } from './chart-plugin';
import { addCompare } from './compare-plugin';
import { addImport } from './import-plugin';
import type { IExperimentsContext } from './context';
import { trackerOf } from './notebook';
import { askAgain } from './remote';
import { RunActions } from './run-actions';
import { RunTabs } from './run-tabs';
import { addSidebar } from './sidebar';
import { RunStore } from './store';
import { Tabs } from './tabs';

const PLUGIN_ID = 'jupyter-mlstudio:experiments';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description:
    'Experiments: runs with params, metrics, charts and artifacts, live while a notebook logs.',
  autoStart: true,
  requires: [IStudio, IRenderMimeRegistry],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    INotebookTracker,
    ISettingRegistry,
    IJupyterWidgetRegistry,
    IDefaultFileBrowser
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  studio: IStudio,
  rendermime: IRenderMimeRegistry,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  notebooks: INotebookTracker | null,
  registry: ISettingRegistry | null,
  widgets: IJupyterWidgetRegistry | null,
  files: IDefaultFileBrowser | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const context: IExperimentsContext = {
    app,
    studio,
    trans,
    rendermime,
    tracker: trackerOf(notebooks, id => app.shell.activateById(id), trans),
    settings: registry?.load(PLUGIN_ID).catch(() => null) ?? Promise.resolve(null),
    palette,
    restorer,
    notebooks,
    widgets,
    openRun: id => void app.commands.execute(CommandIds.openRun, { run_id: id })
  };
  const store = new RunStore(studio.api);
  const tabs = new Tabs({ ...context, store });
  const runs = new RunActions(context);
  const details = new RunTabs(context, runs);
  addCommands(context, {
    open: kept => tabs.open(kept),
    openRun: id => details.open(id),
    runs
  });
  const sidebar = addSidebar(context, runs);
  const badges = addBadges(context, runs);
  addCharts(context);
  addCompare(context);
  addImport(context, files);
  details.restore();
  if (restorer) {
    tabs.restore(restorer);
  }
  launcher?.add({
    command: CommandIds.open,
    args: { isLauncher: true },
    category: trans.__('ML Studio'),
    rank: 2
  });
  const parts = [store, tabs, details, sidebar, badges];
  const note = (change: Changed): void => parts.forEach(part => part.note(change));
  studio.changed.connect((_, change) => note(change));
  askAgain(studio, context.settings, () => note({ kind: 'run', id: '*', change: 'changed' }));
}

export default plugin;
