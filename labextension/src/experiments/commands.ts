import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { experimentsIcon } from '../ui';

export namespace CommandIds {
  export const open = 'mlstudio:experiments-open';
  export const openRun = 'mlstudio:experiments-open-run';
  export const track = 'mlstudio:experiments-track';
}

export interface ICommandActions {
  /** Show the Experiments tab; with a run, its details in it. */
  open: (run: string | null) => Promise<void>;
  /** Show the code that begins to track. */
  track: () => Promise<void>;
}

const NOTHING = { args: { type: 'object', properties: {} } };

/** Register the commands of the feature. */
export function addCommands(
  app: JupyterFrontEnd,
  actions: ICommandActions,
  trans: TranslationBundle,
  palette: ICommandPalette | null
): void {
  const { commands } = app;
  commands.addCommand(CommandIds.open, {
    label: args => (args['isLauncher'] ? trans.__('Experiments') : trans.__('Open Experiments')),
    caption: trans.__('Compare runs: params, metrics, charts, artifacts'),
    icon: experimentsIcon,
    execute: () => actions.open(null),
    describedBy: { args: { type: 'object', properties: { isLauncher: { type: 'boolean' } } } }
  });
  commands.addCommand(CommandIds.openRun, {
    label: trans.__('Open Run'),
    caption: trans.__('Show the details of a run'),
    execute: args => actions.open(runIn(args)),
    describedBy: {
      args: {
        type: 'object',
        properties: { run_id: { type: ['string', 'null'], description: trans.__('Id of the run') } }
      }
    }
  });
  commands.addCommand(CommandIds.track, {
    label: trans.__('Track a Run…'),
    caption: trans.__('Show the code that records a run, and put it into the notebook'),
    execute: () => actions.track(),
    describedBy: NOTHING
  });
  for (const command of [CommandIds.open, CommandIds.track]) {
    palette?.addItem({ command, category: trans.__('ML Studio') });
  }
}

function runIn(args: ReadonlyPartialJSONObject): string | null {
  const id = args['run_id'];
  return typeof id === 'string' ? id : null;
}
