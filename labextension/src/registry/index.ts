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
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator, type TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { IServingPanel, IStudio } from '../tokens';
import { messageOf, registryIcon } from '../ui';
import { RegistryModel } from './model';
import { RegistryPanel } from './panel';
import { ModelTabs } from './tabs';
import type { ModelVersion } from './versions';

const PLUGIN_ID = 'jupyter-mlstudio:registry';

/** The names of the commands. */
const CommandIds = {
  open: 'mlstudio:registry-open',
  register: 'mlstudio:registry-register'
} as const;

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Registered models: their versions, aliases and descriptions.',
  autoStart: true,
  requires: [IStudio],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette, ISettingRegistry, IServingPanel],
  activate
};

function activate(
  app: JupyterFrontEnd,
  studio: IStudio,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  settings: ISettingRegistry | null,
  sidebar: IServingPanel | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const fail = (error: unknown): void =>
    void Notification.error(messageOf(error), { autoClose: 10_000 });
  const model = new RegistryModel(studio.api);
  const tabs = new ModelTabs({ app, studio, trans, address: addresses(settings), fail });
  addCommands(app, { studio, model, tabs, trans, fail });
  palette?.addItem({ command: CommandIds.open, category: trans.__('ML Studio') });
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

interface ICommandContext {
  studio: IStudio;
  model: RegistryModel;
  tabs: ModelTabs;
  trans: TranslationBundle;
  fail: (error: unknown) => void;
}

function addCommands({ commands }: JupyterFrontEnd, context: ICommandContext): void {
  commands.addCommand(CommandIds.open, openCommand(context));
  commands.addCommand(CommandIds.register, registerCommand(context));
}

function openCommand({
  model,
  tabs,
  trans,
  fail
}: ICommandContext): CommandRegistry.ICommandOptions {
  return {
    label: trans.__('Open Registered Model…'),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          name: {
            type: 'string',
            description: 'The registered model; the user chooses if not given.'
          },
          version: { type: 'integer', description: 'The version to show; the newest if not given.' }
        }
      }
    },
    execute: async ({ name, version }) => {
      const wanted = typeof name === 'string' ? name : await choose(model, trans);
      if (wanted !== null) {
        await tabs.open(wanted, typeof version === 'number' ? version : null).catch(fail);
      }
    }
  };
}

function registerCommand({
  studio,
  tabs,
  trans,
  fail
}: ICommandContext): CommandRegistry.ICommandOptions {
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
        const version = await register(studio.api, run_id, trans).catch(fail);
        await (version ? tabs.open(version.name, version.version).catch(fail) : undefined);
      }
    }
  };
}

/** Let the user choose one of the registered models. */
async function choose(model: RegistryModel, trans: TranslationBundle): Promise<string | null> {
  await model.refresh();
  const items = model.models.map(({ name }) => name);
  const title = trans.__('Open a registered model');
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
