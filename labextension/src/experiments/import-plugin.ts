import { MainAreaWidget } from '@jupyterlab/apputils';
import { FileDialog, IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { experimentsIcon } from '../ui';
import { CommandIds } from './commands';
import type { IExperimentsContext } from './context';
import { ImportModel } from './import-model';
import { ImportView } from './import-view';

const IMPORT = 'mlstudio:experiments-import';

/** Register the import of runs: its command, in the palette and in the menu of the file browser. */
export function addImport(context: IExperimentsContext, files: IDefaultFileBrowser | null): void {
  const { app, trans, palette } = context;
  const open: { tab: MainAreaWidget<ImportView> | null } = { tab: null };
  app.commands.addCommand(IMPORT, {
    label: args =>
      args['isMenu'] ? trans.__('Import Runs into Experiments') : trans.__('Import Runs…'),
    caption: trans.__('Import runs from TensorBoard’s event files or from W&B'),
    icon: experimentsIcon,
    isVisible: args => !args['isMenu'] || isLikely(selected(files)),
    execute: args => {
      if (open.tab === null || open.tab.isDisposed) {
        open.tab = created(context, files);
      }
      const { tab } = open;
      if (!tab.isAttached) {
        app.shell.add(tab, 'main', { type: 'ML Studio' });
      }
      app.shell.activateById(tab.id);
      const chosen = args['isMenu'] ? selected(files) : pathIn(args);
      const path = app.serviceManager.contents.localPath(chosen);
      if (path) {
        void tab.content.model.look(path);
      }
    },
    describedBy: {
      args: {
        type: 'object',
        properties: {
          path: {
            type: 'string',
            description: trans.__('Folder or file, from the project folder')
          },
          isMenu: { type: 'boolean', description: trans.__('Whether to take what is selected') }
        }
      }
    }
  });
  palette?.addItem({ command: IMPORT, category: trans.__('ML Studio') });
  app.contextMenu.addItem({
    command: IMPORT,
    args: { isMenu: true },
    selector: '.jp-DirListing-item',
    rank: 12
  });
}

function created(
  { app, studio, trans, openRun }: IExperimentsContext,
  files: IDefaultFileBrowser | null
): MainAreaWidget<ImportView> {
  const model = new ImportModel(studio.api);
  const content = new ImportView(
    model,
    {
      choose: async () => {
        if (files === null) {
          return null;
        }
        const { manager } = files.model;
        const { value, button } = await FileDialog.getOpenFiles({
          manager,
          title: trans.__('Folder or File with Runs')
        });
        const path = value?.[0]?.path;
        const { contents } = app.serviceManager;
        return button.accept && path !== undefined ? contents.localPath(path) || '.' : null;
      },
      openRun,
      close: () => void app.commands.execute(CommandIds.open)
    },
    trans
  );
  const tab = new MainAreaWidget({ content });
  tab.id = 'mlstudio-import-runs';
  tab.title.icon = experimentsIcon;
  tab.title.label = trans.__('Import Runs');
  tab.title.closable = true;
  tab.toolbar.hide();
  content.disposed.connect(() => model.dispose());
  return tab;
}

/** Return what is selected in the file browser, if it is one thing. */
function selected(files: IDefaultFileBrowser | null): string {
  const items = files ? [...files.selectedItems()] : [];
  const item = items[0];
  return items.length === 1 && item ? `${item.path}${item.type === 'directory' ? '/' : ''}` : '';
}

/** Tell whether a path looks like one with runs, by its name: what is in it, the server will tell. */
function isLikely(path: string): boolean {
  return (
    /(^|\/)(wandb|runs|logs?|lightning_logs|tb_logs|tensorboard|events?|(offline-)?run-[^/]*)\/$/i.test(
      path
    ) || /tfevents|\.wandb$/.test(path)
  );
}

function pathIn(args: ReadonlyPartialJSONObject): string {
  const path = args['path'];
  return typeof path === 'string' ? path : '';
}
