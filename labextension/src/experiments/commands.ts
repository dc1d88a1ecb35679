import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { experimentsIcon } from '../ui';
import type { IExperimentsContext } from './context';
import type { NotebookForm, RunActions } from './run-actions';
import type { IKept } from './views';

export namespace CommandIds {
  export const open = 'mlstudio:experiments-open';
  export const openRun = 'mlstudio:experiments-open-run';
  export const track = 'mlstudio:experiments-track';
  export const openNotebook = 'mlstudio:experiments-open-notebook';
  export const runAgain = 'mlstudio:experiments-run-again';
  export const openTable = 'mlstudio:experiments-open-table';
}

export interface ICommandActions {
  /** Show the Experiments tab, after a reload as it looked before. */
  open: (kept: Partial<IKept> | null) => Promise<void>;
  /** Show everything about a run. */
  openRun: (id: string) => Promise<void>;
  /** Do something with a run. */
  runs: RunActions;
}

/** Register the commands of the feature. */
export function addCommands(context: IExperimentsContext, actions: ICommandActions): void {
  const { palette, trans } = context;
  addOpeners(context, actions);
  addWaysBack(context, actions.runs);
  for (const command of [CommandIds.open, CommandIds.track]) {
    palette?.addItem({ command, category: trans.__('ML Studio') });
  }
}

function addOpeners(
  { app, tracker, trans }: IExperimentsContext,
  { open, openRun }: ICommandActions
): void {
  const { commands } = app;
  commands.addCommand(CommandIds.open, {
    label: args => (args['isLauncher'] ? trans.__('Experiments') : trans.__('Open Experiments')),
    caption: trans.__('All runs in a table, with charts: find them and compare them'),
    icon: experimentsIcon,
    execute: args => open((args['kept'] ?? null) as unknown as Partial<IKept> | null),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          isLauncher: { type: 'boolean' },
          kept: {
            type: ['object', 'null'],
            description: trans.__('How the tab looked, to look so again')
          }
        }
      }
    }
  });
  commands.addCommand(CommandIds.openRun, {
    label: trans.__('Open Run'),
    caption: trans.__('Show everything about a run'),
    execute: async args => {
      const id = textIn(args, 'run_id');
      await (id === null ? open(null) : openRun(id));
    },
    describedBy: { args: schemaOf(trans) }
  });
  commands.addCommand(CommandIds.track, {
    label: trans.__('Track a Run…'),
    caption: trans.__('Show the code that records a run, and put it into the notebook'),
    execute: () => tracker.track(),
    describedBy: { args: { type: 'object', properties: {} } }
  });
}

function addWaysBack({ app, trans }: IExperimentsContext, runs: RunActions): void {
  const { commands } = app;
  const isRun = (args: ReadonlyPartialJSONObject): boolean => textIn(args, 'run_id') !== null;
  commands.addCommand(CommandIds.openNotebook, {
    label: args =>
      args['form'] === 'minimal'
        ? trans.__('Open Minimal Notebook')
        : trans.__('Open Notebook of This Run'),
    caption: trans.__('Restore the cells that made a run as a notebook beside the original'),
    isEnabled: isRun,
    execute: args => runs.openNotebook(textIn(args, 'run_id') ?? '', formIn(args)),
    describedBy: {
      args: schemaOf(trans, {
        form: {
          type: 'string',
          enum: ['run', 'minimal'],
          description: trans.__('Every executed cell, or only those that the result depends on')
        }
      })
    }
  });
  commands.addCommand(CommandIds.runAgain, {
    label: trans.__('Run Again'),
    caption: trans.__('Run the notebook of a run once more, as a job'),
    isEnabled: isRun,
    execute: args => runs.runAgain(textIn(args, 'run_id') ?? ''),
    describedBy: { args: schemaOf(trans) }
  });
  commands.addCommand(CommandIds.openTable, {
    label: trans.__('Open Table in Wrangle'),
    caption: trans.__('Open a table that a run has kept in the wrangling panel'),
    isEnabled: args => isRun(args) && runs.wrangle !== null,
    execute: args => runs.wrangle?.(textIn(args, 'run_id') ?? '', textIn(args, 'path') ?? ''),
    describedBy: {
      args: schemaOf(trans, {
        path: { type: 'string', description: trans.__('Path of the table among its artifacts') }
      })
    }
  });
}

function schemaOf(trans: TranslationBundle, more: ReadonlyJSONObject = {}): ReadonlyJSONObject {
  const run = { type: ['string', 'null'], description: trans.__('Id of the run') };
  return { type: 'object', properties: { run_id: run, ...more } };
}

function textIn(args: ReadonlyPartialJSONObject, name: string): string | null {
  const text = args[name];
  return typeof text === 'string' && text !== '' ? text : null;
}

function formIn(args: ReadonlyPartialJSONObject): NotebookForm {
  return args['form'] === 'minimal' ? 'minimal' : 'run';
}
