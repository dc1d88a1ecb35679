import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import { ICommandPalette, IThemeManager } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IDefaultDrive, type Contents } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStateDB } from '@jupyterlab/statedb';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { IStudio } from '../tokens';
import { CommandIds, addCommands } from './commands';
import { FACTORY, addDocuments } from './documents';
import { Drafts } from './drafts';
import { Notebooks } from './frames';
import { NotebookHost } from './hosts';
import { SourceTabs } from './open-source';
import { Recents } from './recents';
import type { Recipe } from './recipes';
import { DataPanel } from './sidebar';
import { DataModel, readRecipe } from './sidebar-model';
import { actionsOf } from './surroundings';
import { registerWidgets } from './widget';

const PLUGIN_ID = 'jupyter-mlstudio:wrangling';
const DOCUMENT_MANAGER = '@jupyterlab/docmanager-extension:plugin';

const wrangling: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Wrangling: look at data files and DataFrames, and prepare them by a recipe.',
  autoStart: true,
  requires: [IStudio],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    ILauncher,
    INotebookTracker,
    IDocumentManager,
    IDefaultFileBrowser,
    IThemeManager,
    ISettingRegistry,
    IStateDB,
    IDefaultDrive,
    IJupyterWidgetRegistry
  ],
  // eslint-disable-next-line jupyter/plugin-activation-args -- IDefaultDrive stands for Contents.IDrive
  activate
};

function activate(
  app: JupyterFrontEnd,
  studio: IStudio,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  launcher: ILauncher | null,
  tracker: INotebookTracker | null,
  documents: IDocumentManager | null,
  browser: IDefaultFileBrowser | null,
  themes: IThemeManager | null,
  settings: ISettingRegistry | null,
  state: IStateDB | null,
  drive: Contents.IDrive | null,
  registry: IJupyterWidgetRegistry | null
): void {
  const { commands, shell, serviceManager: services } = app;
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const notebooks = tracker ? new Notebooks(tracker) : null;
  const folder = (): string => browser?.model.path ?? '';
  const actions = actionsOf({ app, trans, tracker, notebooks, documents, folder });
  const frameHost = (): NotebookHost | null =>
    notebooks?.current ? new NotebookHost(notebooks.current.sessionContext) : null;
  const drafts = new Drafts(state);
  const read = (path: string): Promise<Recipe> => readRecipe(studio.api, path);
  const recents = new Recents(state);
  const owner = { services, actions, drafts, recents, themes, translator, frameHost, read };
  addDocuments(app, owner, drive, restorer);
  const data = new DataModel({ api: studio.api, contents: services.contents, notebooks, folder });
  const sidebar = sidebarOf(data, commands, trans);
  const show = (): void => shell.activateById(sidebar.id);
  const context = {
    ...{ app, trans, translator, themes, documents, notebooks, actions, recents, drafts },
    folder,
    show
  };
  const tabs = new SourceTabs(context);
  addCommands(context, tabs, palette);
  if (restorer) {
    tabs.restore(restorer, CommandIds.open);
  }
  shell.add(sidebar, 'left', { rank: 600, type: 'ML Studio' });
  restorer?.add(sidebar, sidebar.id);
  const look = (): void => void (sidebar.isVisible && data.refresh());
  browser?.model.pathChanged.connect(look);
  services.contents.fileChanged.connect(look);
  studio.changed.connect((_, { kind }) => kind === 'recipe' && look());
  notebooks?.changed.connect(() => commands.notifyCommandChanged(CommandIds.frames));
  tracker?.activeCellChanged.connect(() => commands.notifyCommandChanged(CommandIds.editRecipe));
  const category = trans.__('ML Studio');
  launcher?.add({ command: CommandIds.openFile, args: { isLauncher: true }, category, rank: 1 });
  if (registry) {
    registerWidgets(registry, { actions, recents, themes, translator });
  }
  if (settings) {
    void followSettings(app, settings);
  }
}

function sidebarOf(
  data: DataModel,
  commands: CommandRegistry,
  trans: TranslationBundle
): DataPanel {
  const open = (args: ReadonlyPartialJSONObject): void =>
    void commands.execute(CommandIds.open, args);
  const openFile = (): void => void commands.execute(CommandIds.openFile);
  const openDatabase = (): void => void commands.execute(CommandIds.database);
  return new DataPanel(
    data,
    {
      openFile,
      openDatabase,
      openPath: path => open({ path }),
      openFrame: frame => open({ frame })
    },
    trans
  );
}

/**
 * Let Wrangle open those kinds of files on a double click that the user's settings name. The document manager forgets
 * our choice whenever its own settings are read, first when the layout is restored; a viewer that the user has named there
 * comes before ours.
 */
async function followSettings(app: JupyterFrontEnd, registry: ISettingRegistry): Promise<void> {
  const settings = await registry.load(PLUGIN_ID);
  const manager = await registry.load(DOCUMENT_MANAGER).catch(() => null);
  const apply = (): void => {
    const wanted = settings.get('openWithWrangle').composite as Record<string, boolean>;
    const named = (manager?.get('defaultViewers').composite ?? {}) as Record<string, string>;
    for (const [type, on] of Object.entries(wanted)) {
      if (!(type in named)) {
        app.docRegistry.setDefaultWidgetFactory(type, on ? FACTORY : undefined);
      }
    }
  };
  await app.restored;
  settings.changed.connect(apply);
  // After those who also wait for the layout.
  setTimeout(() => {
    manager?.changed.connect(apply);
    apply();
  });
}

export default wrangling;
