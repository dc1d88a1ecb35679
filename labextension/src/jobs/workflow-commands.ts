import type { ICommandPalette, WidgetTracker } from '@jupyterlab/apputils';
import { runIcon, stopIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject } from '@lumino/coreutils';

import type { Api } from '../api';
import type { WorkflowDesk } from './workflow-desk';
import { ENDING, FACTORY, type WorkflowDocument } from './workflow-documents';
import { exportWorkflow, importPipeline } from './workflow-exchange';
import { workflowIcon } from './workflow-icons';
import { CommandIds } from './workflow-ids';
import { createWorkflow } from './workflow-new';
import { chooseFile, fail, type IPlaces } from './workflow-places';
import { scheduleWorkflow } from './workflow-schedule';

/** What the commands work on. */
export interface ICommandContext extends IPlaces {
  readonly api: Api;
  readonly tracker: WidgetTracker<WorkflowDocument>;
}

type Options = CommandRegistry.ICommandOptions;

/** Register every command, and put those into the palette that make sense there. */
export function addCommands(context: ICommandContext, palette: ICommandPalette | null): void {
  const { commands } = context.app;
  commands.addCommand(CommandIds.create, createCommand(context));
  commands.addCommand(CommandIds.open, openCommand(context));
  commands.addCommand(CommandIds.openRun, openRunCommand(context));
  commands.addCommand(CommandIds.run, runCommand(context));
  commands.addCommand(CommandIds.since, partCommand(context, 'since'));
  commands.addCommand(CommandIds.only, partCommand(context, 'only'));
  commands.addCommand(CommandIds.repair, repairCommand(context));
  commands.addCommand(CommandIds.stop, stopCommand(context));
  commands.addCommand(CommandIds.schedule, scheduleCommand(context));
  commands.addCommand(CommandIds.importFile, importCommand(context));
  commands.addCommand(CommandIds.exportFile, exportCommand(context));
  const category = context.trans.__('ML Studio');
  for (const command of Object.values(CommandIds).filter(id => id !== CommandIds.openRun)) {
    palette?.addItem({ command, category, args: { isPalette: true } });
  }
  context.tracker.currentChanged.connect(() => {
    Object.values(CommandIds).forEach(id => commands.notifyCommandChanged(id));
  });
}

function createCommand(context: ICommandContext): Options {
  const { trans } = context;
  return {
    label: args => (args['isLauncher'] ? trans.__('Workflow') : trans.__('New Workflow…')),
    caption: trans.__('Chain notebooks and functions on a canvas'),
    icon: args => (args['isPalette'] ? undefined : workflowIcon),
    describedBy: {
      args: described({
        cwd: text('Folder of the new file; the one of the file browser if not given.'),
        template: text('Name of the template to begin with, such as empty; asked for if not given.')
      })
    },
    execute: args => createWorkflow(context, args).catch(fail)
  };
}

function openCommand(context: ICommandContext): Options {
  const { trans, app } = context;
  return {
    label: trans.__('Open Workflow…'),
    describedBy: { args: described({ path: ofPath() }) },
    execute: async args => {
      const path =
        typeof args['path'] === 'string'
          ? args['path']
          : await chooseFile(context, ENDING, trans.__('Choose a Workflow'));
      return path && app.commands.execute('docmanager:open', { path, factory: FACTORY });
    }
  };
}

function openRunCommand(context: ICommandContext): Options {
  const { trans, app, api } = context;
  return {
    label: trans.__('Open the Run of a Workflow'),
    describedBy: {
      args: { ...described({ run_id: text('Id of the run.') }), required: ['run_id'] }
    },
    execute: async args => {
      try {
        const path = { id: String(args['run_id']) };
        const { data } = await api.GET('/jobs/workflows/runs/{id}', { params: { path } });
        await app.commands.execute(CommandIds.open, { path: data?.run.path });
        const desk = current(context);
        await desk?.opened;
        await desk?.showRun(path.id);
      } catch (error) {
        fail(error);
      }
    }
  };
}

function runCommand(context: ICommandContext): Options {
  const { trans, app } = context;
  return {
    label: args =>
      args['fresh'] ? trans.__('Run Everything Again') : trans.__('Run the Workflow'),
    icon: args => (args['isPalette'] ? undefined : runIcon),
    isEnabled: args => typeof args['path'] === 'string' || current(context) !== null,
    describedBy: {
      args: described({
        path: ofPath(),
        parameters: { type: 'object', description: 'Values by name; asked for if not given.' },
        fresh: { type: 'boolean', description: 'Run every node, also those that have not changed.' }
      })
    },
    execute: async args => {
      const { path, parameters } = args as { path?: string; parameters?: Record<string, never> };
      const fresh = args['fresh'] === true;
      if (path !== undefined) {
        await app.commands.execute(CommandIds.open, { path });
      }
      const desk = current(context);
      await desk?.opened;
      return parameters ? desk?.start({ parameters, use_cache: !fresh }) : desk?.run('all', fresh);
    }
  };
}

function partCommand(context: ICommandContext, part: 'since' | 'only'): Options {
  const { trans } = context;
  const labels = {
    since: trans.__('Run the Workflow From the Chosen Node On'),
    only: trans.__('Run Only the Chosen Nodes of the Workflow')
  };
  return {
    label: labels[part],
    isEnabled: () => (current(context)?.model.selection.length ?? 0) > 0,
    describedBy: { args: described({}) },
    execute: () => current(context)?.run(part)
  };
}

function repairCommand(context: ICommandContext): Options {
  const state = (): string | undefined => current(context)?.runs.detail?.run.state;
  return {
    label: context.trans.__('Repair the Run of the Workflow'),
    isEnabled: () => state() === 'failed' || state() === 'stopped',
    describedBy: { args: described({}) },
    execute: () => current(context)?.repair()
  };
}

function stopCommand(context: ICommandContext): Options {
  return {
    label: context.trans.__('Stop the Run of the Workflow'),
    icon: args => (args['isPalette'] ? undefined : stopIcon),
    isEnabled: () => current(context)?.runs.running ?? false,
    describedBy: { args: described({}) },
    execute: () => current(context)?.stop()
  };
}

function scheduleCommand(context: ICommandContext): Options {
  const { trans } = context;
  return {
    label: trans.__('Schedule the Workflow…'),
    caption: trans.__(
      'Run the workflow at times of the day, again and again, or when a file changes'
    ),
    isEnabled: () => current(context) !== null,
    describedBy: { args: described({}) },
    execute: () => {
      const desk = current(context);
      return desk ? scheduleWorkflow(context, desk).catch(fail) : undefined;
    }
  };
}

function importCommand(context: ICommandContext): Options {
  return {
    label: context.trans.__('Import an Elyra Pipeline…'),
    describedBy: {
      args: described({ path: text('Path of the .pipeline file; chosen if not given.') })
    },
    execute: args => importPipeline(context, args).catch(fail)
  };
}

function exportCommand(context: ICommandContext): Options {
  const { trans } = context;
  return {
    label: args =>
      args['format'] === 'airflow'
        ? trans.__('Export as Airflow DAG…')
        : args['format'] === 'elyra'
          ? trans.__('Export as Elyra Pipeline…')
          : trans.__('Export the Workflow…'),
    isEnabled: () => current(context) !== null,
    describedBy: {
      args: described({
        format: {
          type: 'string',
          enum: ['elyra', 'airflow'],
          description: 'Asked for if not given.'
        }
      })
    },
    execute: args => {
      const desk = current(context);
      return desk ? exportWorkflow(context, desk, args).catch(fail) : undefined;
    }
  };
}

/** The workflow in front; null if something else is. */
function current({ app, tracker }: ICommandContext): WorkflowDesk | null {
  const { currentWidget } = tracker;
  return currentWidget !== null && currentWidget === app.shell.currentWidget
    ? currentWidget.content.model
    : null;
}

function ofPath(): ReadonlyJSONObject {
  return text('Path of the workflow’s file; the one in front, or chosen, if not given.');
}

function text(description: string): ReadonlyJSONObject {
  return { type: 'string', description };
}

function described(properties: ReadonlyJSONObject): ReadonlyJSONObject {
  return { type: 'object', properties };
}
