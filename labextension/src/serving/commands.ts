import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, showDialog, type ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { runIcon, stopIcon, type LabIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { servingIcon } from '../ui';
import { askAndDeploy } from './deploy';
import type { IFollowContext } from './follow-up';
import { isOn, type Endpoint, type EndpointsModel } from './model';
import type { NotebookModels } from './notebook';

/** The names of the commands. */
export const CommandIds = {
  deploy: 'mlstudio:serving-deploy',
  deployNotebook: 'mlstudio:serving-deploy-notebook',
  open: 'mlstudio:serving-open',
  show: 'mlstudio:serving-show',
  start: 'mlstudio:serving-start',
  stop: 'mlstudio:serving-stop',
  sleep: 'mlstudio:serving-sleep',
  wake: 'mlstudio:serving-wake',
  roll: 'mlstudio:serving-roll',
  remove: 'mlstudio:serving-remove'
} as const;

const LISTED = Object.values(CommandIds).filter(id => id !== CommandIds.open);

/** What the commands work on. */
export interface ICommandContext extends IFollowContext {
  readonly model: EndpointsModel;
  /** What the notebook in front has made; null where there are no notebooks. */
  readonly notebook: NotebookModels | null;
  /** Shows the sidebar panel. */
  readonly show: () => void;
  /** The endpoint whose view is in front. */
  readonly current: () => string | null;
}

/** Register every command, and put those into the palette that make sense there. */
export function addCommands(
  app: JupyterFrontEnd,
  context: ICommandContext,
  palette: ICommandPalette | null
): void {
  const { commands } = app;
  commands.addCommand(CommandIds.deploy, deployCommand(context));
  commands.addCommand(CommandIds.open, openCommand(context));
  commands.addCommand(CommandIds.show, showCommand(context));
  addStateCommands(app, context);
  commands.addCommand(CommandIds.roll, rollCommand(context));
  commands.addCommand(CommandIds.remove, removeCommand(context));
  if (context.notebook) {
    commands.addCommand(CommandIds.deployNotebook, notebookCommand(context, context.notebook));
  }
  for (const command of LISTED.filter(id => commands.hasCommand(id))) {
    palette?.addItem({
      command,
      category: context.trans.__('ML Studio'),
      args: { isPalette: true }
    });
  }
}

type Options = CommandRegistry.ICommandOptions;
type Arguments = ReadonlyPartialJSONObject;

function deployCommand(context: ICommandContext): Options {
  const { trans, fail } = context;
  return {
    label: args => (args['isLauncher'] ? trans.__('Deploy a model') : trans.__('Deploy a Model…')),
    caption: trans.__('Put a model behind an address that answers predictions'),
    icon: args => (args['isPalette'] ? undefined : servingIcon),
    describedBy: {
      args: described({
        run_id: { type: 'string', description: 'The run whose newest model is deployed.' },
        name: { type: 'string', description: 'The registered model to deploy.' },
        version: { type: 'integer', description: 'Its version; the newest if not given.' }
      })
    },
    execute: async args => {
      const { run_id, name, version } = args;
      await askAndDeploy(context, {
        ...(typeof run_id === 'string' ? { run_id } : {}),
        ...(typeof name === 'string' ? { name } : {}),
        ...(typeof version === 'number' ? { version } : {})
      }).catch(fail);
    }
  };
}

function notebookCommand(context: ICommandContext, notebook: NotebookModels): Options {
  const { trans, fail } = context;
  return {
    label: trans.__('Deploy the Model of This Notebook…'),
    caption: () =>
      notebook.reason ?? trans.__('Deploy the newest model that this notebook has made'),
    icon: servingIcon,
    isEnabled: () => notebook.runId !== null,
    describedBy: { args: described({}) },
    execute: async () => {
      if (notebook.runId !== null) {
        await askAndDeploy(context, { run_id: notebook.runId }).catch(fail);
      }
    }
  };
}

function openCommand({ trans, open }: ICommandContext): Options {
  return {
    label: trans.__('Open Endpoint'),
    describedBy: { args: ofEndpoint(['endpoint_id']) },
    execute: args => {
      if (typeof args['endpoint_id'] === 'string') {
        open(args['endpoint_id']);
      }
    }
  };
}

function showCommand({ trans, show }: ICommandContext): Options {
  return {
    label: trans.__('Show Endpoints'),
    icon: args => (args['isPalette'] ? undefined : servingIcon),
    describedBy: { args: described({}) },
    execute: show
  };
}

/** Register the commands that only change the state of an endpoint. */
function addStateCommands({ commands }: JupyterFrontEnd, context: ICommandContext): void {
  const { trans, model, fail } = context;
  const wanted = chooser(context);
  const add = (
    id: string,
    label: string,
    fits: (endpoint: Endpoint) => boolean,
    change: (endpointId: string) => Promise<void>,
    icon?: LabIcon
  ): void => {
    commands.addCommand(id, {
      label,
      icon,
      isEnabled: args => wanted(args).some(fits),
      describedBy: { args: ofEndpoint() },
      execute: async args => {
        await Promise.all(wanted(args).map(endpoint => change(endpoint.id))).catch(fail);
      }
    });
  };
  const is = (state: string) => (endpoint: Endpoint) => endpoint.state === state;
  add(
    CommandIds.start,
    trans.__('Start Endpoint'),
    it => !isOn(it),
    id => model.start(id),
    runIcon
  );
  add(CommandIds.stop, trans.__('Stop Endpoint'), isOn, id => model.stop(id), stopIcon);
  add(CommandIds.sleep, trans.__('Put Endpoint to Sleep'), is('ready'), id => model.sleep(id));
  add(CommandIds.wake, trans.__('Wake Endpoint'), is('asleep'), id => model.wake(id));
}

function rollCommand(context: ICommandContext): Options {
  const { trans, fail } = context;
  const wanted = chooser(context);
  return {
    label: trans.__('Deploy Another Model Behind Endpoint…'),
    isEnabled: args => wanted(args).some(({ rolling_to }) => rolling_to === null),
    describedBy: { args: ofEndpoint() },
    execute: async args => {
      for (const endpoint of wanted(args)) {
        await askAndDeploy(context, {}, endpoint).catch(fail);
      }
    }
  };
}

function removeCommand(context: ICommandContext): Options {
  const { trans, model, fail } = context;
  const wanted = chooser(context);
  return {
    label: trans.__('Remove Endpoint…'),
    isEnabled: args => wanted(args).length > 0,
    describedBy: { args: ofEndpoint() },
    execute: async args => {
      for (const endpoint of wanted(args)) {
        if (await mayRemove(endpoint, trans)) {
          await model.remove(endpoint.id).catch(fail);
        }
      }
    }
  };
}

async function mayRemove(endpoint: Endpoint, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Remove %1?', endpoint.name),
    body: trans.__(
      'Its address stops answering, and its key, its log and its copies of models are deleted. Registered models and runs stay.'
    ),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Remove') })]
  });
  return button.accept;
}

/** Find the endpoint that a command is meant for: the one it names, or the one in front. */
function chooser({ model, current }: ICommandContext): (args: Arguments) => readonly Endpoint[] {
  return args => {
    const id = args['endpoint_id'] ?? current();
    return model.endpoints.filter(endpoint => endpoint.id === id);
  };
}

function ofEndpoint(required: string[] = []): ReadonlyJSONObject {
  return described(
    {
      endpoint_id: {
        type: 'string',
        description: 'Id of the endpoint; the one in front if not given.'
      }
    },
    required
  );
}

function described(properties: ReadonlyJSONObject, required: string[] = []): ReadonlyJSONObject {
  return { type: 'object', properties, required };
}
