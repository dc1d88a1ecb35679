import type { JupyterFrontEnd } from '@jupyterlab/application';
import {
  MainAreaWidget,
  Notification,
  type ICommandPalette,
  type IThemeManager
} from '@jupyterlab/apputils';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { CommandRegistry } from '@lumino/commands';
import { Menu } from '@lumino/widgets';

import { messageOf, number, wranglingIcon } from '../ui';
import type { IWranglingActions } from './actions';
import type { ICellRecipe } from './cells';
import { DATA_FILE, RECIPE_FILE, pickFile } from './dialogs';
import { FACTORY } from './documents';
import type { Drafts } from './drafts';
import { installHint, type NotebookFrames, type Notebooks } from './frames';
import { NotebookHost } from './hosts';
import { WrangleModel } from './model';
import { WranglePanel } from './panel';
import type { SourceTabs } from './open-source';
import type { Recents } from './recents';
import type { Source } from './recipes';
import { addSourceCommands } from './source-commands';

/** The names of the commands. */
export const CommandIds = {
  open: 'mlstudio:wrangling-open',
  openFile: 'mlstudio:wrangling-open-file',
  frames: 'mlstudio:wrangling-frames',
  save: 'mlstudio:wrangling-save',
  insertCode: 'mlstudio:wrangling-insert-code',
  run: 'mlstudio:wrangling-run',
  database: 'mlstudio:wrangling-open-database',
  editRecipe: 'mlstudio:wrangling-edit-recipe',
  openFolder: 'mlstudio:wrangling-open-folder',
  show: 'mlstudio:wrangling-show'
} as const;

/** What the commands work on. */
export interface ICommandContext {
  app: JupyterFrontEnd;
  trans: TranslationBundle;
  translator: ITranslator | null;
  themes: IThemeManager | null;
  documents: IDocumentManager | null;
  /** Null where there are no notebooks. */
  notebooks: Notebooks | null;
  actions: IWranglingActions;
  recents: Recents;
  drafts: Drafts;
  /** The folder that the file browser shows. */
  folder: () => string;
  /** Shows the sidebar panel. */
  show: () => void;
}

/** Register every command, and put those into the palette that make sense there. */
export function addCommands(
  context: ICommandContext,
  tabs: SourceTabs,
  palette: ICommandPalette | null
): void {
  const { commands } = context.app;
  commands.addCommand(CommandIds.open, openCommand(context, tabs));
  addSourceCommands(context, tabs);
  commands.addCommand(CommandIds.openFile, openFileCommand(context));
  commands.addCommand(CommandIds.frames, framesCommand(context));
  commands.addCommand(CommandIds.show, {
    label: context.trans.__('Show Data'),
    describedBy: { args: NOTHING },
    execute: context.show
  });
  const { actions, trans } = context;
  addPanelCommand(context, CommandIds.save, trans.__('Save Recipe'), model => actions.save(model));
  addPanelCommand(context, CommandIds.insertCode, trans.__('Insert Recipe as Code'), model =>
    actions.insertCode(model)
  );
  addPanelCommand(context, CommandIds.run, trans.__('Run Recipe on All Rows…'), model =>
    actions.run(model)
  );
  for (const command of Object.values(CommandIds).filter(id => !UNLISTED.includes(id))) {
    palette?.addItem({ command, category: trans.__('ML Studio') });
  }
}

// They need to be told what to open.
const UNLISTED: readonly string[] = [CommandIds.open, CommandIds.openFolder];

type Options = CommandRegistry.ICommandOptions;

export const NOTHING = { type: 'object', properties: {} } as const;

function openCommand(context: ICommandContext, tabs: SourceTabs): Options {
  return {
    label: context.trans.__('Wrangle'),
    icon: wranglingIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: 'A data file or a recipe, from the project folder.'
          },
          source: {
            type: 'object',
            description: 'What to read, as it stands in a recipe: a file, a database or a frame.'
          },
          frame: { type: 'string', description: 'The name of a DataFrame of a notebook.' },
          notebook: {
            type: 'string',
            description: 'The notebook of the DataFrame; the current one if not given.'
          }
        }
      }
    },
    execute: async args => {
      const { path, frame, notebook, source } = args;
      if (source && typeof source === 'object') {
        return tabs.open({ source: source as unknown as Source });
      }
      if (typeof path === 'string') {
        return context.app.commands.execute('docmanager:open', { path, factory: FACTORY });
      }
      const frames =
        typeof notebook === 'string'
          ? context.notebooks?.find(({ panel }) => panel.context.path === notebook)
          : context.notebooks?.current;
      if (typeof frame !== 'string' || !frames) {
        throw new Error(
          context.trans.__('Say which file, or which DataFrame of an open notebook.')
        );
      }
      return openFrame(context, frames, frame);
    }
  };
}

/** Open a DataFrame beside its notebook. Not tracked: after a reload the DataFrame may be gone. */
export function openFrame(
  context: ICommandContext,
  frames: NotebookFrames,
  name: string,
  from: ICellRecipe | null = null
): MainAreaWidget<WranglePanel> {
  const { app, actions, themes, translator } = context;
  const id = `mlstudio-wrangling-${frames.panel.id}-${name}`;
  const open = [...app.shell.widgets('main')].find(widget => widget.id === id);
  if (open && !from) {
    app.shell.activateById(id);
    return open as MainAreaWidget<WranglePanel>;
  }
  open?.dispose();
  const host = new NotebookHost(frames.sessionContext, context.recents);
  const model = new WrangleModel(host, { kind: 'frame', name }, from?.recipe ?? null);
  model.output.cell = from?.cell ?? null;
  const content = new WranglePanel({ model, actions, themes, translator });
  const widget = new MainAreaWidget({ content });
  widget.id = id;
  widget.title.label = name;
  widget.title.icon = wranglingIcon;
  widget.title.caption = context.trans.__('%1 of %2', name, frames.panel.context.path);
  widget.toolbar.hide();
  app.shell.add(widget, 'main', { ref: frames.panel.id, mode: 'tab-after', type: 'ML Studio' });
  app.shell.activateById(id);
  void model.open();
  return widget;
}

function openFileCommand(context: ICommandContext): Options {
  const { trans, documents } = context;
  const fits = new RegExp(`${DATA_FILE.source}|${RECIPE_FILE.source}`, 'i');
  return {
    label: args =>
      args['isLauncher'] ? trans.__('Wrangle a file') : trans.__('Open File to Wrangle…'),
    caption: trans.__('Look at a data file and prepare it step by step'),
    icon: args => (args['isPalette'] ? undefined : wranglingIcon),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          isLauncher: {
            type: 'boolean',
            description: 'Whether the command stands in the launcher.'
          },
          cwd: { type: 'string', description: 'The folder to begin in.' }
        }
      }
    },
    isEnabled: () => documents !== null,
    execute: async ({ cwd }) => {
      if (documents) {
        const start = typeof cwd === 'string' ? cwd : context.folder();
        const path = await pickFile(documents, fits, trans.__('Open file to wrangle'), start);
        return path ? context.app.commands.execute(CommandIds.open, { path }) : null;
      }
    }
  };
}

function framesCommand(context: ICommandContext): Options {
  const { trans } = context;
  return {
    label: args => (args['toolbar'] ? trans.__('Wrangle') : trans.__('Wrangle a DataFrame…')),
    caption: () =>
      reasonAgainst(context) ??
      trans.__('Look at a DataFrame of this kernel and prepare it step by step'),
    icon: args => (args['isPalette'] ? undefined : wranglingIcon),
    describedBy: {
      args: {
        type: 'object',
        properties: {
          toolbar: { type: 'boolean', description: 'Whether the command stands in a toolbar.' }
        }
      }
    },
    isEnabled: () => reasonAgainst(context) === null,
    execute: () => {
      const frames = context.notebooks?.current;
      if (frames) {
        openMenu(context, frames);
      }
    }
  };
}

/** Say why no DataFrame can be chosen; null if one can. */
function reasonAgainst({ notebooks, trans }: ICommandContext): string | null {
  const frames = notebooks?.current;
  if (!frames) {
    return trans.__('No notebook is open');
  }
  if (frames.lacksPackage) {
    return installHint(trans);
  }
  if (frames.problem) {
    return frames.problem.message;
  }
  return frames.items.length > 0 ? null : trans.__('No DataFrames yet: run a cell that makes one');
}

function openMenu(context: ICommandContext, frames: NotebookFrames): void {
  const { trans, app } = context;
  const menu = new Menu({ commands: menuCommands(context, frames) });
  for (const { name } of frames.items) {
    menu.addItem({ command: name });
  }
  menu.title.label = trans.__('Wrangle');
  const button = frames.panel.toolbar.node.querySelector('[data-jp-item-name="mlstudio-wrangle"]');
  const place = (button ?? app.shell.currentWidget?.node)?.getBoundingClientRect();
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose()));
  menu.open(place?.left ?? 0, place ? (button ? place.bottom : place.top) : 0);
}

function menuCommands(context: ICommandContext, frames: NotebookFrames): CommandRegistry {
  const commands = new CommandRegistry();
  for (const { name, rows, columns } of frames.items) {
    commands.addCommand(name, {
      label: context.trans.__('%1   %2 × %3', name, number(rows), columns),
      describedBy: { args: NOTHING },
      execute: () => openFrame(context, frames, name)
    });
  }
  return commands;
}

function addPanelCommand(
  context: ICommandContext,
  id: string,
  label: string,
  act: (model: WrangleModel) => Promise<void>
): void {
  const current = (): WranglePanel | null => panelOf(context.app);
  context.app.commands.addCommand(id, {
    label,
    describedBy: { args: NOTHING },
    isEnabled: () => current()?.model.isReady === true,
    execute: async () => {
      const panel = current();
      if (panel) {
        await act(panel.model).catch(error => void Notification.error(messageOf(error)));
      }
    }
  });
}

/** The wrangling view in front, if one is. */
function panelOf({ shell }: JupyterFrontEnd): WranglePanel | null {
  const content = (shell.currentWidget as { content?: unknown } | null)?.content;
  return content instanceof WranglePanel ? content : null;
}
