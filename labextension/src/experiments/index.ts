import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';

import { IStudio } from '../tokens';
import { experimentsIcon } from '../ui';
import { addCommands, CommandIds } from './commands';
import { RunsModel } from './model';
import { trackerOf } from './notebook';
import { RunsPanel } from './panel';
import { askAgain } from './remote';
import { RunStore } from './store';
import { Tabs } from './tabs';

const PLUGIN_ID = 'jupyter-mlstudio:experiments';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description:
    'Experiments: runs with params, metrics, charts and artifacts, live while a notebook logs.',
  autoStart: true,
  requires: [IStudio],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    INotebookTracker,
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
  notebooks: INotebookTracker | null,
  registry: ISettingRegistry | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const store = new RunStore(studio.api);
  const tracker = trackerOf(notebooks, id => app.shell.activateById(id), trans);
  const settings = registry?.load(PLUGIN_ID).catch(() => null) ?? Promise.resolve(null);
  const tabs = new Tabs({ app, studio, store, tracker, trans, settings });
  const list = new RunsModel(store);
  const sidebar = new SidePanel({ translator: translator ?? undefined });
  const panel = new RunsPanel(
    list,
    {
      open: id => void tabs.open(id),
      openAll: () => void tabs.open(null),
      track: () => void app.commands.execute(CommandIds.track),
      get insert() {
        return tracker.insert;
      }
    },
    trans
  );
  sidebar.id = 'mlstudio-experiments';
  sidebar.title.icon = experimentsIcon;
  sidebar.title.caption = trans.__('Experiments');
  sidebar.addWidget(panel);
  store.watch(panel);
  app.shell.add(sidebar, 'left', { rank: 601, type: 'ML Studio' });
  restorer?.add(sidebar, sidebar.id);
  addCommands(app, { open: id => tabs.open(id), track: () => tracker.track() }, trans, palette);
  if (restorer) {
    tabs.restore(restorer);
  }
  launcher?.add({
    command: CommandIds.open,
    args: { isLauncher: true },
    category: trans.__('ML Studio'),
    rank: 2
  });
  tracker.changed.connect(() => list.stateChanged.emit());
  studio.changed.connect((_, change) => {
    store.note(change);
    tabs.note(change);
  });
  askAgain(studio, settings, () => {
    const change = { kind: 'run', id: '*', change: 'changed' } as const;
    store.note(change);
    tabs.note(change);
  });
}

export default plugin;
