import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { IServingPanel, IStudio } from '../tokens';
import { messageOf, registryIcon } from '../ui';
import type { IExchange } from './exchange';
import { addFileType } from './file-type';
import { RegistryModel } from './model';
import { RegistryPanel } from './panel';
import { ModelTabs } from './tabs';
import type { ModelVersion } from './versions';

const PLUGIN_ID = 'jupyter-mlstudio:registry';

/** The names of the commands. */
const CommandIds = {
  open: 'mlstudio:registry-open',
  lineage: 'mlstudio:registry-lineage',
  exportVersion: 'mlstudio:registry-export',
  importVersion: 'mlstudio:registry-import',
  register: 'mlstudio:registry-register'
} as const;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Registered models: their versions, aliases and descriptions.',
  autoStart: true,
  requires: [IStudio],
  optional: [
    ITranslator,
    ILayoutRestorer,
    ICommandPalette,
    ISettingRegistry,
    IServingPanel,
    IRenderMimeRegistry,
    IDefaultFileBrowser
  ],
  activate
};

function activate(
  app: JupyterFrontEnd,
  studio: IStudio,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  settings: ISettingRegistry | null,
  sidebar: IServingPanel | null,
  rendermime: IRenderMimeRegistry | null,
  browser: IDefaultFileBrowser | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const fail = (error: unknown): void =>
    void Notification.error(messageOf(error), { autoClose: 10_000 });
  const model = new RegistryModel(studio.api);
  const address = addresses(settings);
  const tabs = new ModelTabs({
    app,
    studio,
    list: model,
    trans,
    rendermime,
    browser,
    address,
    fail
  });
  addFileType(app, trans);
  addCommands(app, { app, api: studio.api, browser, model, tabs, trans, fail });
  const { open, lineage, exportVersion, importVersion } = CommandIds;
  for (const command of [open, lineage, exportVersion, importVersion]) {
    palette?.addItem({ command, category: trans.__('ML Studio') });
  }
  addPanel(app, sidebar, new RegistryPanel(model, name => void tabs.open(name, null), trans));
  if (restorer) {
    tabs.restore(restorer, CommandIds.open);
  }
  studio.changed.connect((_, { kind }) => {
    if (kind === 'model') {
      void model.refresh();
    }
  });
  void app.started.then(() => model.refresh());
}

/** Put the list below the endpoints; into the sidebar on its own where nothing serves. */
function addPanel(
  { shell }: JupyterFrontEnd,
  sidebar: IServingPanel | null,
  panel: RegistryPanel
): void {
  if (sidebar) {
    sidebar.addWidget(panel);
    return;
  }
  panel.id = 'mlstudio-registry';
  panel.title.icon = registryIcon;
  panel.title.caption = panel.title.label;
  panel.title.label = '';
  shell.add(panel, 'left', { rank: 604, type: 'ML Studio' });
}

interface ICommandContext extends IExchange {
  model: RegistryModel;
  tabs: ModelTabs;
  fail: (error: unknown) => void;
}

type Options = CommandRegistry.ICommandOptions;

function addCommands({ commands }: JupyterFrontEnd, context: ICommandContext): void {
  commands.addCommand(CommandIds.open, openCommand(context));
  commands.addCommand(CommandIds.lineage, lineageCommand(context));
  commands.addCommand(CommandIds.exportVersion, exportCommand(context));
  commands.addCommand(CommandIds.importVersion, importCommand(context));
  commands.addCommand(CommandIds.register, registerCommand(context));
}

/** How commands name a version. */
const VERSION_ARGS = {
  type: 'object',
  properties: {
    name: {
      type: 'string',
      description: 'The registered model; that of the open tab if not given.'
    },
    version: { type: 'integer', description: 'The version; that of the open tab if not given.' }
  }
} as const;

function openCommand({ tabs, trans, fail }: ICommandContext): Options {
  return {
    label: trans.__('Registered Models'),
    icon: args => (args['isPalette'] ? undefined : registryIcon),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          name: {
            type: 'string',
            description: 'The registered model; only the list if not given.'
          },
          version: { type: 'integer', description: 'The version to show; the newest if not given.' }
        }
      }
    },
    execute: async ({ name, version }) =>
      tabs
        .open(typeof name === 'string' ? name : null, typeof version === 'number' ? version : null)
        .catch(fail)
  };
}

function lineageCommand(context: ICommandContext): Options {
  const { tabs, trans, fail } = context;
  return {
    label: trans.__('Lineage of Model Version…'),
    describedBy: { args: VERSION_ARGS },
    execute: async args => {
      const wanted = await meant(context, args, trans.__('Lineage of which model?'));
      await (wanted ? tabs.open(wanted.name, wanted.version, 'lineage').catch(fail) : undefined);
    }
  };
}

function exportCommand(context: ICommandContext): Options {
  const { trans, fail } = context;
  return {
    label: trans.__('Export Model Version…'),
    describedBy: {
      args: {
        ...VERSION_ARGS,
        properties: {
          ...VERSION_ARGS.properties,
          path: { type: 'string', description: 'The file; the user is asked if not given.' }
        }
      }
    },
    execute: async args => {
      const wanted = await meant(context, args, trans.__('Export which model?'));
      if (wanted) {
        const { exportVersion } = await import('./exchange');
        const path = typeof args['path'] === 'string' ? args['path'] : null;
        await exportVersion(context, wanted.name, wanted.version, path).catch(fail);
      }
    }
  };
}

function importCommand(context: ICommandContext): Options {
  const { browser, tabs, trans, fail } = context;
  return {
    label: trans.__('Import Model Version…'),
    icon: args => (args['isMenu'] ? registryIcon : undefined),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: { type: 'string', description: 'The file; the user chooses if not given.' },
          isMenu: {
            type: 'boolean',
            description: 'Whether the file browser’s chosen file is meant.'
          }
        }
      }
    },
    execute: async ({ path, isMenu }) => {
      const chosen = isMenu ? browser?.selectedItems().next().value?.path : path;
      const file = typeof chosen === 'string' ? chosen : null;
      const { importVersion } = await import('./exchange');
      const made = await importVersion(context, file).catch(fail);
      await (made ? tabs.open(made.name, made.version).catch(fail) : undefined);
    }
  };
}

function registerCommand({ api, tabs, trans, fail }: ICommandContext): Options {
  return {
    label: trans.__('Register Model…'),
    icon: registryIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: { run_id: { type: 'string', description: 'The run that logged the model.' } },
        required: ['run_id']
      }
    },
    execute: async ({ run_id }) => {
      if (typeof run_id === 'string') {
        const { register } = await import('./register');
        const version = await register(api, run_id, trans).catch(fail);
        await (version ? tabs.open(version.name, version.version).catch(fail) : undefined);
      }
    }
  };
}

/** The version that a command is about: the one that is named, the one in the open tab, or the newest of a choice. */
async function meant(
  { model, tabs, trans }: ICommandContext,
  { name, version }: Record<string, unknown>,
  title: string
): Promise<{ name: string; version: number } | null> {
  if (typeof name === 'string' && typeof version === 'number') {
    return { name, version };
  }
  if (typeof name !== 'string' && tabs.shown) {
    return tabs.shown;
  }
  await model.refresh();
  const wanted = typeof name === 'string' ? name : await choose(model, title, trans);
  const latest = model.models.find(each => each.name === wanted)?.latest_version ?? null;
  return wanted === null || latest === null ? null : { name: wanted, version: latest };
}

/** Let the user choose one of the registered models. */
async function choose(
  model: RegistryModel,
  title: string,
  trans: TranslationBundle
): Promise<string | null> {
  const items = model.models.map(({ name }) => name);
  if (items.length === 0) {
    const body = trans.__('There is none yet. Register the model of a run first.');
    await showDialog({ title, body, buttons: [Dialog.okButton()] });
    return null;
  }
  return (await InputDialog.getItem({ title, items })).value;
}

/** Know how to write the address of a version, by the version itself or by its alias. */
function addresses(settings: ISettingRegistry | null): (version: ModelVersion) => string {
  let byAlias = false;
  void settings?.load(PLUGIN_ID).then(
    loaded => {
      const read = (): void => {
        byAlias = loaded.get('copiedAddress').composite === 'alias';
      };
      loaded.changed.connect(read);
      read();
    },
    () => undefined // the default holds where there are no settings
  );
  return ({ name, version, aliases: [alias] }) =>
    byAlias && alias !== undefined ? `models:/${name}@${alias}` : `models:/${name}/${version}`;
}

export default plugin;
