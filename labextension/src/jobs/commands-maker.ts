import { Dialog, showDialog } from '@jupyterlab/apputils';

import { described, type Arguments, type Options } from './command-options';
import { CommandIds, type ICommandContext } from './commands';
import type { Schedule } from './form-schedule';
import { askAndRun } from './run';
import type { Sweep } from './sweeps';

/** Register the commands on what makes jobs: schedules and sweeps. */
export function addMakerCommands(context: ICommandContext): void {
  const { commands } = context.app;
  commands.addCommand(CommandIds.openSchedule, {
    ...openCommand('schedule_id', context.openSchedule),
    label: context.trans.__('Open Schedule')
  });
  commands.addCommand(CommandIds.editSchedule, editCommand(context));
  commands.addCommand(CommandIds.pauseSchedule, pauseCommand(context));
  commands.addCommand(CommandIds.runSchedule, runCommand(context));
  commands.addCommand(CommandIds.removeSchedule, removeScheduleCommand(context));
  commands.addCommand(CommandIds.openSweep, {
    ...openCommand('sweep_id', context.openSweep),
    label: context.trans.__('Open Sweep')
  });
  commands.addCommand(CommandIds.stopSweep, stopCommand(context));
  commands.addCommand(CommandIds.retrySweep, retryCommand(context));
  commands.addCommand(CommandIds.removeSweep, removeSweepCommand(context));
}

type Name = 'schedule_id' | 'sweep_id';

function args(name: Name): { args: ReturnType<typeof described> } {
  const what = name === 'schedule_id' ? 'schedule' : 'sweep';
  const description = `Id of the ${what}; the one in front if not given.`;
  return { args: described({ [name]: { type: 'string', description } }) };
}

function openCommand(name: Name, open: (id: string) => void): Options {
  return {
    describedBy: args(name),
    isVisible: given => !given['isPalette'],
    execute: given => {
      if (typeof given[name] === 'string') {
        open(given[name]);
      }
    }
  };
}

function chosenSchedule(given: Arguments, { desk, current }: ICommandContext): Schedule | null {
  const id = given['schedule_id'];
  return desk.schedules.get(typeof id === 'string' ? id : current().scheduleId);
}

function chosenSweep(given: Arguments, { desk, current }: ICommandContext): Sweep | null {
  const id = given['sweep_id'];
  return desk.sweeps.get(typeof id === 'string' ? id : current().sweepId);
}

function editCommand(context: ICommandContext): Options {
  const { trans, fail, made } = context;
  return {
    label: trans.__('Edit the Schedule…'),
    isEnabled: given => Boolean(chosenSchedule(given, context)?.spec.job),
    describedBy: args('schedule_id'),
    execute: given => {
      const schedule = chosenSchedule(given, context);
      const job = schedule?.spec.job;
      return (
        job &&
        askAndRun(context, job, 'schedule', schedule).then(result => result && made(result), fail)
      );
    }
  };
}

function pauseCommand(context: ICommandContext): Options {
  const { trans, desk, fail } = context;
  const isPaused = (given: Arguments): boolean => chosenSchedule(given, context)?.paused ?? false;
  return {
    label: given =>
      isPaused(given) ? trans.__('Resume the Schedule') : trans.__('Pause the Schedule'),
    caption: trans.__('Let a schedule make no jobs for the time being, or make them again'),
    isEnabled: given => chosenSchedule(given, context) !== null,
    describedBy: args('schedule_id'),
    execute: given => {
      const schedule = chosenSchedule(given, context);
      return schedule && desk.schedules.pause(schedule.id, !schedule.paused).catch(fail);
    }
  };
}

function runCommand(context: ICommandContext): Options {
  const { trans, desk, fail, open } = context;
  return {
    label: trans.__('Run the Schedule Now'),
    isEnabled: given => chosenSchedule(given, context) !== null,
    describedBy: args('schedule_id'),
    execute: async given => {
      const schedule = chosenSchedule(given, context);
      const job = schedule && (await desk.schedules.run(schedule.id).catch(fail));
      if (job) {
        open(job);
      }
    }
  };
}

function removeScheduleCommand(context: ICommandContext): Options {
  const { trans, desk, fail } = context;
  return {
    label: trans.__('Remove the Schedule…'),
    isEnabled: given => chosenSchedule(given, context) !== null,
    describedBy: args('schedule_id'),
    execute: async given => {
      const schedule = chosenSchedule(given, context);
      if (!schedule) {
        return;
      }
      const { button } = await showDialog({
        title: trans.__('Remove %1?', schedule.name),
        body: trans.__('It makes no more jobs. The jobs that it has made stay.'),
        buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Remove') })]
      });
      if (button.accept) {
        await desk.schedules.remove(schedule.id).catch(fail);
      }
    }
  };
}

function stopCommand(context: ICommandContext): Options {
  const { trans, desk, fail } = context;
  return {
    label: trans.__('Stop the Sweep'),
    isEnabled: given => chosenSweep(given, context)?.ended_at === null,
    describedBy: args('sweep_id'),
    execute: given => {
      const sweep = chosenSweep(given, context);
      return sweep && desk.sweeps.stop(sweep.id).catch(fail);
    }
  };
}

function retryCommand(context: ICommandContext): Options {
  const { trans, desk, fail } = context;
  return {
    label: trans.__('Run the Sweep’s Failed Jobs Again'),
    isEnabled: given => (chosenSweep(given, context)?.counts.failed ?? 0) > 0,
    describedBy: args('sweep_id'),
    execute: given => {
      const sweep = chosenSweep(given, context);
      return sweep && desk.sweeps.retry(sweep.id).catch(fail);
    }
  };
}

function removeSweepCommand(context: ICommandContext): Options {
  const { trans, desk, fail } = context;
  return {
    label: trans.__('Remove the Sweep…'),
    isEnabled: given => Boolean(chosenSweep(given, context)?.ended_at),
    describedBy: args('sweep_id'),
    execute: async given => {
      const sweep = chosenSweep(given, context);
      if (!sweep) {
        return;
      }
      const { button, isChecked } = await showDialog({
        title: trans.__('Remove %1?', sweep.name),
        body: trans.__('The sweep disappears from the list. Its jobs stay.'),
        checkbox: { label: trans.__('Remove its jobs and their results too'), checked: false },
        buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Remove') })]
      });
      if (button.accept) {
        await desk.sweeps.remove(sweep.id, isChecked === true).catch(fail);
      }
    }
  };
}
