import { Notification } from '@jupyterlab/apputils';

import { messageOf, wranglingIcon } from '../ui';
import { activeRecipe, type ICellRecipe } from './cells';
import { CommandIds, NOTHING, openFrame, type ICommandContext } from './commands';
import { askDatabase } from './database-dialog';
import type { SourceTabs } from './open-source';
import { WranglePanel } from './panel';

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
          path: { type: 'string', description: 'A folder of Parquet files; the selected one if not given.' }
        }
      }
    },
    execute: async args => {
      const path = typeof args['path'] === 'string' ? args['path'] : await selectedFolder(context);
      return path ? tabs.open({ source: { kind: 'file', path, format: 'parquet' } }) : null;
    }
  });
  commands.addCommand(CommandIds.editCell, {
    label: trans.__('Edit with Wrangle'),
    caption: trans.__('Open the recipe that wrote this cell'),
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
async function edit(
  context: ICommandContext,
  tabs: SourceTabs,
  found: ICellRecipe
): Promise<void> {
  const { app, notebooks, trans } = context;
  if (found.path) {
    const opened = (await app.commands.execute(CommandIds.open, { path: found.path })) as
      { content?: unknown } | undefined;
    if (opened?.content instanceof WranglePanel) {
      opened.content.model.output.cell = found.cell;
    }
    return;
  }
  const source = found.recipe?.source;
  const frames = notebooks?.current;
  if (!source) {
    throw new Error(trans.__('This cell does not say which table its recipe was made for.'));
  }
  if (source.kind === 'frame') {
    if (frames) {
      openFrame(context, frames, source.name, found);
    }
    return;
  }
  tabs.open({ source, recipe: found.recipe, cell: found.cell });
}

/** The folder that is selected in the file browser. */
async function selectedFolder({ app, folder }: ICommandContext): Promise<string | null> {
  const item = document.querySelector('.jp-DirListing-item.jp-mod-selected[data-isdir="true"]');
  const name = item?.querySelector('.jp-DirListing-itemText')?.textContent?.trim();
  const path = name ? [folder(), name].filter(Boolean).join('/') : null;
  return path ? app.serviceManager.contents.localPath(path) : null;
}
