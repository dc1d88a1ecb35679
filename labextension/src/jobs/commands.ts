import { Dialog, showDialog, type ICommandPalette } from '@jupyterlab/apputils';
import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { jobsIcon } from '../ui';
import type { Draft } from './form-model';
import { isUnfinished, type Job } from './model';
import { askAndRun, currentNotebook, selectedNotebook, type IRunContext } from './run';

/** The names of the commands. */
export const CommandIds = {
  run: 'mlstudio:jobs-run',
  again: 'mlstudio:jobs-again',
  open: 'mlstudio:jobs-open',
  show: 'mlstudio:jobs-show',
  stop: 'mlstudio:jobs-stop',
  remove: 'mlstudio:jobs-remove'
} as const;

/** What the commands work on. */
export interface ICommandContext extends IRunContext {
  /** Show a job in the main area. */
  readonly open: (id: string) => void;
  /** Show the sidebar panel. */
  readonly show: () => void;
  /** The job whose view is in front. */
  readonly current: () => string | null;
  /** Told of a job that was queued here. */
  readonly queued: (job: Job) => void;
  /** Tell the user about a failure. */
  readonly fail: (error: unknown) => void;
}

/** Register every command, and put those into the palette that make sense there. */
export function addCommands(context: ICommandContext, palette: ICommandPalette | null): void {
  const { commands } = context.app;
  commands.addCommand(CommandIds.run, runCommand(context));
  commands.addCommand(CommandIds.again, againCommand(context));
  commands.addCommand(CommandIds.open, openCommand(context));
  commands.addCommand(CommandIds.show, showCommand(context));
  commands.addCommand(CommandIds.stop, stopCommand(context));
  commands.addCommand(CommandIds.remove, removeCommand(context));
  const { run, again, show, stop, remove } = CommandIds;
  for (const command of [run, again, show, stop, remove]) {
    palette?.addItem({
      command,
      category: context.trans.__('ML Studio'),
      args: { isPalette: true }
    });
  }
}

type Options = CommandRegistry.ICommandOptions;
type Arguments = ReadonlyPartialJSONObject;

function runCommand(context: ICommandContext): Options {
  const { trans, fail, queued } = context;
  return {
    label: args => runLabel(args, context),
    caption: trans.__('Run a notebook from top to bottom in the background, with parameters'),
    icon: args => (args['isPalette'] ? undefined : args['isLauncher'] ? jobsIcon : runIcon),
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
      return askAndRun(context, draft).then(job => job && queued(job), fail);
    }
  };
}

function runLabel(args: Arguments, { trans }: ICommandContext): string {
  if (args['isLauncher']) {
    return trans.__('Run a notebook');
  }
  return args['isMenu'] || args['isToolbar']
    ? trans.__('Run as Job…')
    : trans.__('Run Notebook as Job…');
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
  const { trans, fail, queued } = context;
  return {
    label: trans.__('Run the Job Again…'),
    isEnabled: args => chosen(args, context) !== null,
    describedBy: { args: ofJob() },
    execute: args => {
      const job = chosen(args, context);
      return job && askAndRun(context, job.spec).then(next => next && queued(next), fail);
    }
  };
}

function openCommand({ trans, open }: ICommandContext): Options {
  return {
    label: trans.__('Open Job'),
    describedBy: { args: ofJob(['job_id']) },
    execute: args => {
      if (typeof args['job_id'] === 'string') {
        open(args['job_id']);
      }
    }
  };
}

function showCommand({ trans, show }: ICommandContext): Options {
  return {
    label: trans.__('Show Jobs'),
    icon: args => (args['isPalette'] ? undefined : jobsIcon),
    describedBy: { args: described({}) },
    execute: show
  };
}

function stopCommand(context: ICommandContext): Options {
  const { trans, model, fail } = context;
  return {
    label: trans.__('Stop the Job'),
    icon: args => (args['isPalette'] ? undefined : stopIcon),
    isEnabled: args => {
      const job = chosen(args, context);
      return job !== null && isUnfinished(job);
    },
    describedBy: { args: ofJob() },
    execute: args => {
      const job = chosen(args, context);
      return job ? model.stop(job.id).catch(fail) : undefined;
    }
  };
}

function removeCommand(context: ICommandContext): Options {
  const { trans, model, fail } = context;
  return {
    label: trans.__('Remove the Job…'),
    isEnabled: args => {
      const job = chosen(args, context);
      return job !== null && !isUnfinished(job);
    },
    describedBy: { args: ofJob() },
    execute: async args => {
      const job = chosen(args, context);
      if (!job) {
        return;
      }
      const { button, isChecked } = await showDialog({
        title: trans.__('Remove %1?', job.name),
        body: trans.__(
          'The job disappears from the list. Its result notebook and log stay in the folder “jobs”.'
        ),
        checkbox: { label: trans.__('Delete its result and log too'), checked: false },
        buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Remove') })]
      });
      if (button.accept) {
        await model.remove(job.id, isChecked === true).catch(fail);
      }
    }
  };
}

/** The job that the arguments name, else the one in front. */
function chosen(args: Arguments, { model, current }: ICommandContext): Job | null {
  const id = typeof args['job_id'] === 'string' ? args['job_id'] : current();
  return model.jobs.find(job => job.id === id) ?? null;
}

function ofJob(required: string[] = []): ReadonlyJSONObject {
  const job_id = { type: 'string', description: 'Id of the job; the one in front if not given.' };
  return { ...described({ job_id }), required };
}

function described(properties: ReadonlyJSONObject): ReadonlyJSONObject {
  return { type: 'object', properties };
}
