import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import { jobsIcon } from '../ui';
import { CommandIds, type ICommandContext } from './commands';
import type { Desk } from './desk';
import type { Job } from './model';
import { JobsPanel, type IListActions } from './panel';
import type { IPlacesContext } from './places';

const NEW_FLOW = 'mlstudio:jobs-workflow-new';

/** Make the sidebar panel. */
export function createPanel(
  desk: Desk,
  commands: CommandRegistry,
  trans: TranslationBundle,
  openFlow: (id: string) => void,
  fail: (error: unknown) => void
): JobsPanel {
  const panel = new JobsPanel(desk, actionsOf(desk, commands, openFlow, fail), trans);
  panel.id = 'mlstudio-jobs';
  panel.title.icon = jobsIcon;
  panel.title.caption = trans.__('Jobs');
  return panel;
}

function actionsOf(
  desk: Desk,
  commands: CommandRegistry,
  openFlow: (id: string) => void,
  fail: (error: unknown) => void
): IListActions {
  const ofJob =
    (command: string) =>
    (job: Job): void =>
      void commands.execute(command, { job_id: job.id });
  const by =
    (command: string, name: string) =>
    (id: string): void =>
      void commands.execute(command, { [name]: id });
  return {
    run: () => void commands.execute(CommandIds.run, { choose: true }),
    schedule: () => void commands.execute(CommandIds.schedule, { choose: true }),
    sweep: () => void commands.execute(CommandIds.sweep, { choose: true }),
    get workflow() {
      return commands.hasCommand(NEW_FLOW) ? () => void commands.execute(NEW_FLOW) : null;
    },
    open: ofJob(CommandIds.open),
    stop: ofJob(CommandIds.stop),
    again: ofJob(CommandIds.again),
    remove: ofJob(CommandIds.remove),
    openSchedule: by(CommandIds.openSchedule, 'schedule_id'),
    runSchedule: by(CommandIds.runSchedule, 'schedule_id'),
    removeSchedule: by(CommandIds.removeSchedule, 'schedule_id'),
    pause: (id, paused) => void desk.schedules.pause(id, paused).catch(fail),
    openSweep: by(CommandIds.openSweep, 'sweep_id'),
    stopSweep: by(CommandIds.stopSweep, 'sweep_id'),
    removeSweep: by(CommandIds.removeSweep, 'sweep_id'),
    openFlow,
    stopFlow: id => void desk.flows.stop(id).catch(fail)
  };
}

/** What commands and places work on together. */
export type Context = ICommandContext & IPlacesContext;
