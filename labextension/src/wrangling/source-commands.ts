import { Notification } from '@jupyterlab/apputils';

import { messageOf, wranglingIcon } from '../ui';
import { activeRecipe, type ICellRecipe } from './cells';
import { CommandIds, NOTHING, openFrame, type ICommandContext } from './commands';
import { askDatabase } from './database-dialog';
import type { WrangleModel } from './model';
import type { SourceTabs } from './open-source';
import { WranglePanel } from './panel';
import { sameSteps } from './recipes';

/** Register the commands that open what is no document: databases, folders, the recipe of a cell. */
export function addSourceCommands(context: ICommandContext, tabs: SourceTabs): void {
  const { app, trans, notebooks } = context;
  const { commands, serviceManager: services } = app;
  commands.addCommand(CommandIds.database, {
    label: trans.__('Open Database to Wrangle…'),
    describedBy: { args: NOTHING },
    execute: async () => {
      const opened = await askDatabase(services, trans);
      return opened ? tabs.open(opened) : null;
    }
  });
  commands.addCommand(CommandIds.openFolder, {
    label: trans.__('Wrangle Parquet Folder'),
    icon: wranglingIcon,
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: 'A folder of Parquet files; the selected one if not given.'
          }
        }
      }
    },
    execute: async args => {
      const path = typeof args['path'] === 'string' ? args['path'] : await selectedFolder(context);
      return path ? tabs.open({ source: { kind: 'file', path, format: 'parquet' } }) : null;
    }
  });
  commands.addCommand(CommandIds.editRecipe, {
    label: trans.__('Edit with Wrangle'),
    caption: trans.__('Edit with Wrangle: open the recipe that wrote this cell'),
    icon: wranglingIcon,
    describedBy: { args: NOTHING },
    isVisible: () => activeRecipe(notebooks?.tracker ?? null) !== null,
    execute: async () => {
      const found = activeRecipe(notebooks?.tracker ?? null);
      if (found) {
        await edit(context, tabs, found).catch(error => void Notification.error(messageOf(error)));
      }
    }
  });
}

/** Open the recipe of a cell: its file, or the recipe that stands in the cell. */
async function edit(context: ICommandContext, tabs: SourceTabs, found: ICellRecipe): Promise<void> {
  const { notebooks, trans } = context;
  const source = found.recipe?.source;
  const frames = notebooks?.current;
  if (found.path ?? source?.kind === 'file') {
    await editDocument(context, found);
  } else if (source?.kind === 'frame') {
    if (frames) {
      openFrame(context, frames, source.name, found);
    }
  } else if (source) {
    tabs.open({ source, recipe: found.recipe, cell: found.cell });
  } else {
    throw new Error(trans.__('This cell does not say which table its recipe was made for.'));
  }
}

/** Open a recipe's file, or the data file with the recipe of the cell; what was there can be had back with undo. */
async function editDocument({ app }: ICommandContext, found: ICellRecipe): Promise<void> {
  const { recipe, cell } = found;
  const path = found.path ?? (recipe?.source?.kind === 'file' ? recipe.source.path : null);
  const opened = (await app.commands.execute(CommandIds.open, { path })) as
    { content?: unknown } | undefined;
  if (opened?.content instanceof WranglePanel) {
    const { model } = opened.content;
    model.output.cell = cell;
    await whenOpen(model);
    if (recipe && model.isReady && !sameSteps(recipe, model.recipe)) {
      await model.change({ ...recipe, source: model.recipe.source ?? null });
    }
  }
}

function whenOpen(model: WrangleModel): Promise<void> {
  const settled = (): boolean => !['starting', 'reading'].includes(model.opening.phase);
  return new Promise(resolve => {
    const look = (): void => {
      if (settled()) {
        model.changed.disconnect(look);
        resolve();
      }
    };
    model.changed.connect(look);
    look();
  });
}

/** The folder that is selected in the file browser. */
async function selectedFolder({ app, folder }: ICommandContext): Promise<string | null> {
  const item = document.querySelector('.jp-DirListing-item.jp-mod-selected[data-isdir="true"]');
  const name = item?.querySelector('.jp-DirListing-itemText')?.textContent?.trim();
  const path = name ? [folder(), name].filter(Boolean).join('/') : null;
  return path ? app.serviceManager.contents.localPath(path) : null;
}
