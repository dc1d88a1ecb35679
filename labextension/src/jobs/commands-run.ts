import { runIcon } from '@jupyterlab/ui-components';

import { jobsIcon } from '../ui';
import { chosenJob, described, ofJob, type Arguments, type Options } from './command-options';
import { CommandIds, type ICommandContext } from './commands';
import type { Draft, When } from './form-model';
import { askAndRun, currentNotebook, selectedNotebook } from './run';

/** Register the commands that open the form. */
export function addRunCommands(context: ICommandContext): void {
  const { commands } = context.app;
  commands.addCommand(CommandIds.run, runCommand(context, 'now'));
  commands.addCommand(CommandIds.schedule, runCommand(context, 'schedule'));
  commands.addCommand(CommandIds.sweep, runCommand(context, 'sweep'));
  commands.addCommand(CommandIds.again, againCommand(context));
}

function runCommand(context: ICommandContext, when: When): Options {
  const { trans, fail, made } = context;
  return {
    label: args => runLabel(args, when, context),
    caption: {
      now: trans.__('Run a notebook from top to bottom in the background, with parameters'),
      schedule: trans.__('Run a notebook at certain times, or when a file changes'),
      sweep: trans.__('Run a notebook with many values of its parameters')
    }[when],
    icon: args =>
      args['isPalette'] || when !== 'now' ? undefined : args['isLauncher'] ? jobsIcon : runIcon,
    describedBy: {
      args: described({
        notebook: {
          type: 'string',
          description: 'Path of the notebook; the one in front if not given, else one is chosen.'
        },
        parameters: { type: 'object', description: 'Values that the form begins with, by name.' }
      })
    },
    execute: args => {
      const notebook = notebookOf(args, context);
      const parameters = args['parameters'] as Draft['parameters'];
      const draft = {
        ...(notebook === null ? {} : { notebook }),
        ...(parameters ? { parameters } : {})
      };
      return askAndRun(context, draft, when).then(result => result && made(result), fail);
    }
  };
}

function runLabel(args: Arguments, when: When, { trans }: ICommandContext): string {
  const short = args['isMenu'] || args['isToolbar'];
  if (when === 'schedule') {
    return short ? trans.__('Schedule…') : trans.__('Schedule Notebook…');
  }
  if (when === 'sweep') {
    return short ? trans.__('Sweep…') : trans.__('Sweep over a Notebook’s Parameters…');
  }
  if (args['isLauncher']) {
    return trans.__('Run a notebook');
  }
  return short ? trans.__('Run as Job…') : trans.__('Run Notebook as Job…');
}

function notebookOf(args: Arguments, context: ICommandContext): string | null {
  if (typeof args['notebook'] === 'string') {
    return args['notebook'];
  }
  if (args['isMenu']) {
    return selectedNotebook(context);
  }
  return args['isLauncher'] || args['choose'] ? null : currentNotebook(context);
}

function againCommand(context: ICommandContext): Options {
  const { trans, fail, made } = context;
  return {
    label: trans.__('Run the Job Again…'),
    isEnabled: args => chosenJob(args, context)?.generated === false,
    describedBy: { args: ofJob() },
    execute: args => {
      const job = chosenJob(args, context);
      return job && askAndRun(context, job.spec).then(result => result && made(result), fail);
    }
  };
}
