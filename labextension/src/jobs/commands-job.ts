import { Dialog, showDialog } from '@jupyterlab/apputils';
import { stopIcon } from '@jupyterlab/ui-components';

import { jobsIcon } from '../ui';
import { chosenJob, described, ofJob, type Options } from './command-options';
import { CommandIds, type ICommandContext } from './commands';
import { chooseOther } from './compare';
import { attachConsole } from './console';
import { isUnfinished } from './model';

const LOOKS = 10;
const BETWEEN_LOOKS = 500;

/** Register the commands on one job. */
export function addJobCommands(context: ICommandContext): void {
  const { commands } = context.app;
  commands.addCommand(CommandIds.open, openCommand(context));
  commands.addCommand(CommandIds.openResult, openResultCommand(context));
  commands.addCommand(CommandIds.compare, compareCommand(context));
  commands.addCommand(CommandIds.attach, attachCommand(context));
  commands.addCommand(CommandIds.show, showCommand(context));
  commands.addCommand(CommandIds.stop, stopCommand(context));
  commands.addCommand(CommandIds.remove, removeCommand(context));
}

function openCommand(context: ICommandContext): Options {
  const { trans, open } = context;
  return {
    label: trans.__('Open Job'),
    describedBy: { args: ofJob({}, ['job_id']) },
    isVisible: args => !args['isPalette'],
    execute: args => {
      if (typeof args['job_id'] === 'string') {
        open(args['job_id']);
      }
    }
  };
}

function openResultCommand(context: ICommandContext): Options {
  const { app, trans, fail } = context;
  return {
    label: trans.__('Open the Job’s Result'),
    caption: trans.__('The executed notebook; while the job runs it is kept as new as the file'),
    isEnabled: args => Boolean(chosenJob(args, context)?.started_at),
    describedBy: { args: ofJob() },
    execute: async args => {
      const job = chosenJob(args, context);
      if (job && (await appears(job.output, context))) {
        await app.commands.execute('docmanager:open', { path: job.output });
      } else if (job) {
        fail(new Error(trans.__('%1 has no result yet: its kernel is starting.', job.name)));
      }
    }
  };
}

/** Wait for the result of a job that has only just begun. */
async function appears(path: string, { app }: ICommandContext): Promise<boolean> {
  const { contents } = app.serviceManager;
  for (let look = 0; look < LOOKS; look++) {
    try {
      await contents.get(path, { content: false });
      return true;
    } catch {
      await new Promise(resolve => setTimeout(resolve, BETWEEN_LOOKS));
    }
  }
  return false;
}

function compareCommand(context: ICommandContext): Options {
  const { trans, fail, compare } = context;
  return {
    label: trans.__('Compare the Job With…'),
    caption: trans.__('Show cell by cell how two executions of a notebook differ'),
    isEnabled: args => Boolean(chosenJob(args, context)?.started_at),
    describedBy: {
      args: ofJob({
        other: {
          type: 'string',
          description:
            'Id of another job, `previous`, or `source` for the notebook file; asked if not given.'
        }
      })
    },
    execute: async args => {
      const job = chosenJob(args, context);
      if (!job) {
        return;
      }
      const given = typeof args['other'] === 'string' ? args['other'] : null;
      try {
        const sides = given === null ? await chooseOther(job, context) : ([job.id, given] as const);
        if (sides !== null) {
          compare(...sides);
        }
      } catch (error) {
        fail(error);
      }
    }
  };
}

function attachCommand(context: ICommandContext): Options {
  const { trans, fail } = context;
  return {
    label: trans.__('Attach a Console to the Job'),
    caption: trans.__('Look at the variables of a job that runs, or has failed and is kept'),
    isEnabled: args => {
      const job = chosenJob(args, context);
      return job !== null && (job.state === 'running' || job.kept_until !== null);
    },
    describedBy: { args: ofJob() },
    execute: args => {
      const job = chosenJob(args, context);
      return job && attachConsole(job, context).catch(fail);
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
  const { trans, desk, fail } = context;
  return {
    label: trans.__('Stop the Job'),
    icon: args => (args['isPalette'] ? undefined : stopIcon),
    isEnabled: args => {
      const job = chosenJob(args, context);
      return job !== null && isUnfinished(job);
    },
    describedBy: { args: ofJob() },
    execute: args => {
      const job = chosenJob(args, context);
      return job ? desk.jobs.stop(job.id).catch(fail) : undefined;
    }
  };
}

function removeCommand(context: ICommandContext): Options {
  const { trans, desk, fail } = context;
  return {
    label: trans.__('Remove the Job…'),
    isEnabled: args => {
      const job = chosenJob(args, context);
      return job !== null && !isUnfinished(job);
    },
    describedBy: { args: ofJob() },
    execute: async args => {
      const job = chosenJob(args, context);
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
        await desk.jobs.remove(job.id, isChecked === true).catch(fail);
      }
    }
  };
}
