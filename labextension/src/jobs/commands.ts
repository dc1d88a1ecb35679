import type { ICommandPalette } from '@jupyterlab/apputils';
import type { CommandRegistry } from '@lumino/commands';

import { addJobCommands } from './commands-job';
import { addMakerCommands } from './commands-maker';
import { addRunCommands } from './commands-run';
import type { Job } from './model';
import type { IRunContext } from './run';
import type { Made } from './run-dialog';

/** The names of the commands. */
export const CommandIds = {
  run: 'mlstudio:jobs-run',
  schedule: 'mlstudio:jobs-schedule',
  sweep: 'mlstudio:jobs-sweep',
  again: 'mlstudio:jobs-again',
  open: 'mlstudio:jobs-open',
  openResult: 'mlstudio:jobs-open-result',
  compare: 'mlstudio:jobs-compare',
  attach: 'mlstudio:jobs-attach',
  show: 'mlstudio:jobs-show',
  stop: 'mlstudio:jobs-stop',
  remove: 'mlstudio:jobs-remove',
  openSchedule: 'mlstudio:jobs-open-schedule',
  editSchedule: 'mlstudio:jobs-edit-schedule',
  pauseSchedule: 'mlstudio:jobs-pause-schedule',
  runSchedule: 'mlstudio:jobs-run-schedule',
  removeSchedule: 'mlstudio:jobs-remove-schedule',
  openSweep: 'mlstudio:jobs-open-sweep',
  stopSweep: 'mlstudio:jobs-stop-sweep',
  retrySweep: 'mlstudio:jobs-retry-sweep',
  removeSweep: 'mlstudio:jobs-remove-sweep'
} as const;

/** What stands in front, as far as it is ours. */
export interface ICurrent {
  readonly job: Job | null;
  readonly scheduleId: string | null;
  readonly sweepId: string | null;
}

/** What the commands work on. */
export interface ICommandContext extends IRunContext {
  /** Show a job in the main area. */
  readonly open: (id: string) => void;
  readonly openSchedule: (id: string) => void;
  readonly openSweep: (id: string) => void;
  /** Show what differs between two executions. */
  readonly compare: (one: string, other: string) => void;
  /** Show the sidebar panel. */
  readonly show: () => void;
  /** What stands in front in the main area. */
  readonly current: () => ICurrent;
  /** Return a job that is open, if it is. */
  readonly opened: (id: string) => Job | null;
  /** Told of what was made here. */
  readonly made: (made: Made) => void;
  /** Tell the user about a failure. */
  readonly fail: (error: unknown) => void;
}

/** Register every command, and put those into the palette that make sense there. */
export function addCommands(context: ICommandContext, palette: ICommandPalette | null): void {
  addRunCommands(context);
  addJobCommands(context);
  addMakerCommands(context);
  for (const command of Object.values(CommandIds)) {
    palette?.addItem({
      command,
      category: context.trans.__('ML Studio'),
      args: { isPalette: true }
    });
  }
}

/** Tell the application that what can be done may have changed. */
export function renewCommands(commands: CommandRegistry): void {
  Object.values(CommandIds).forEach(id => commands.notifyCommandChanged(id));
}
