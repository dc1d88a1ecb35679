import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  Dialog,
  InputDialog,
  Notification,
  showDialog,
  type ICommandPalette
} from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { IStudio } from '../tokens';
import { MonitorModel } from './monitor';
import type { MonitorTabs } from './tabs';

/** The names of the commands. */
export const CommandIds = {
  open: 'mlstudio:monitoring-open',
  check: 'mlstudio:monitoring-check',
  retrain: 'mlstudio:monitoring-retrain'
} as const;

const OPEN_FLOW = 'mlstudio:jobs-workflow-open-run';

/** What the commands work on. */
export interface ICommandContext {
  readonly app: JupyterFrontEnd;
  readonly studio: IStudio;
  readonly trans: TranslationBundle;
  readonly tabs: MonitorTabs;
  readonly fail: (error: unknown) => void;
}

/** Register every command, and put them into the palette. */
export function addCommands(context: ICommandContext, palette: ICommandPalette | null): void {
  const { app, trans } = context;
  add(context, CommandIds.open, trans.__('Open Monitoring of Endpoint…'), id =>
    context.tabs.open(id)
  );
  add(context, CommandIds.check, trans.__('Check Endpoint for Drift…'), async id => {
    await context.tabs.open(id);
    await new MonitorModel(context.studio.api, id).check();
  });
  add(context, CommandIds.retrain, trans.__('Retrain Model of Endpoint…'), id =>
    retrain(context, id)
  );
  for (const command of Object.values(CommandIds).filter(id => app.commands.hasCommand(id))) {
    palette?.addItem({ command, category: trans.__('ML Studio') });
  }
}

function add(
  context: ICommandContext,
  id: string,
  label: string,
  execute: (endpointId: string) => Promise<void>
): void {
  const { app, fail } = context;
  app.commands.addCommand(id, {
    label,
    describedBy: { args: ofEndpoint(context.trans) },
    execute: async args => {
      const endpoint = await chosen(context, args).catch(fail);
      await (endpoint ? execute(endpoint).catch(fail) : undefined);
    }
  });
}

function ofEndpoint(trans: TranslationBundle): ReadonlyJSONObject {
  const description = trans.__(
    'Id of the endpoint; the one whose monitor is in front if not given, or else the user chooses.'
  );
  return { type: 'object', properties: { endpoint_id: { type: 'string', description } } };
}

/** Find the endpoint that a command is meant for; null if nobody says which. */
async function chosen(
  { studio, tabs, trans }: ICommandContext,
  args: ReadonlyPartialJSONObject
): Promise<string | null> {
  const id = args['endpoint_id'] ?? tabs.current;
  if (typeof id === 'string') {
    return id;
  }
  const endpoints = (await studio.api.GET('/serving/endpoints')).data?.items ?? [];
  const title = trans.__('Which endpoint?');
  if (endpoints.length === 0) {
    const body = trans.__('There is none yet. Deploy a model first.');
    await showDialog({ title, body, buttons: [Dialog.okButton()] });
    return null;
  }
  const { value } = await InputDialog.getItem({ title, items: endpoints.map(({ name }) => name) });
  return endpoints.find(({ name }) => name === value)?.id ?? null;
}

/** Start the workflow that trains the model anew, and show how it goes. */
async function retrain({ app, studio, trans }: ICommandContext, id: string): Promise<void> {
  const started = await new MonitorModel(studio.api, id).retrain();
  if (!started) {
    return;
  }
  if (app.commands.hasCommand(OPEN_FLOW)) {
    await app.commands.execute(OPEN_FLOW, { run_id: started.run_id });
  } else {
    Notification.info(trans.__('%1 was started.', started.workflow), { autoClose: 6000 });
  }
}
