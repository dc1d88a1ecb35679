import { Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import { FileDialog, type IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Menu } from '@lumino/widgets';

import { messageOf } from '../ui';
import type { IWorkflowActions } from './workflow-actions';
import type { WorkflowDesk } from './workflow-desk';
import { CommandIds } from './workflow-ids';
import { folderOf, fromFolder } from './workflow-paths';
import { askParameters } from './workflow-run-form';

const OPEN_FILE = 'docmanager:open';
const OPEN_JOB = 'mlstudio:jobs-open';
const DEEPEST = 2;
const MOST = 200;

/** What the places of workflows stand on. */
export interface IPlaces {
  readonly app: JupyterFrontEnd;
  readonly trans: TranslationBundle;
  readonly browser: IDefaultFileBrowser | null;
}

/** Make what a view asks of the application. */
export function actionsOf(places: IPlaces, desk: () => WorkflowDesk): IWorkflowActions {
  const { app, trans } = places;
  const { commands } = app;
  const { contents } = app.serviceManager;
  const folder = (): string => folderOf(desk().model.text.path);
  return {
    openJob: job_id => void commands.execute(OPEN_JOB, { job_id }),
    openFile: path => void commands.execute(OPEN_FILE, { path }),
    openText: path => void commands.execute(OPEN_FILE, { path, factory: 'Editor' }),
    pickFile: async ending => {
      const path = await chooseFile(places, ending, trans.__('Choose a File'));
      return path === null ? null : fromFolder(folder(), path);
    },
    notebooks: () => notebooksIn(contents, folder()),
    localPath: path => contents.localPath(path),
    confirm: async (title, body, label) => {
      const buttons = [Dialog.cancelButton(), Dialog.warnButton({ label })];
      return (await showDialog({ title, body, buttons })).button.accept;
    },
    askParameters: (declared, last, part) => askParameters(declared, last, part, trans),
    tell: message => void Notification.info(message, { autoClose: 6000 }),
    fail,
    openMenu: (x, y) => menuOf(places).open(x, y),
    command: id => void commands.execute(id)
  };
}

/** Tell of a failure. */
export function fail(error: unknown): void {
  Notification.error(messageOf(error).slice(0, 139));
}

/** Let somebody choose a file whose name ends so; its path from the project folder. */
export async function chooseFile(
  { app, browser }: IPlaces,
  ending: string,
  title: string
): Promise<string | null> {
  const manager = browser?.model.manager;
  if (!manager) {
    return (await InputDialog.getText({ title })).value;
  }
  const { value } = await FileDialog.getOpenFiles({
    manager,
    title,
    filter: ({ path }) => (path.endsWith(ending) ? {} : null)
  });
  const path = value?.find(item => item.path.endsWith(ending))?.path;
  return path === undefined ? null : app.serviceManager.contents.localPath(path);
}

function menuOf({ app }: IPlaces): Menu {
  const menu = new Menu({ commands: app.commands });
  const { run, schedule, importFile, exportFile } = CommandIds;
  menu.addItem({ command: run, args: { fresh: true } });
  menu.addItem({ command: schedule });
  menu.addItem({ type: 'separator' });
  menu.addItem({ command: importFile });
  menu.addItem({ command: exportFile, args: { format: 'elyra' } });
  menu.addItem({ command: exportFile, args: { format: 'airflow' } });
  menu.aboutToClose.connect(() => setTimeout(() => menu.dispose(), 1000)); // its command is still to run
  return menu;
}

async function notebooksIn(contents: Contents.IManager, folder: string): Promise<string[]> {
  const found: string[] = [];
  let folders = [folder];
  for (let depth = 0; depth <= DEEPEST && found.length < MOST; depth++) {
    const listed = await Promise.all(folders.map(each => listing(contents, each)));
    const items = listed.flat();
    found.push(...items.filter(({ type }) => type === 'notebook').map(({ path }) => path));
    folders = items
      .filter(
        ({ type, name }) => type === 'directory' && !/^[._]|^(jobs|node_modules|venv)$/.test(name)
      )
      .map(({ path }) => path)
      .slice(0, 20);
  }
  return found.slice(0, MOST).map(path => fromFolder(folder, path));
}

async function listing(contents: Contents.IManager, path: string): Promise<Contents.IModel[]> {
  try {
    const { content } = await contents.get(path, { content: true });
    return content as Contents.IModel[];
  } catch {
    return []; // a folder that cannot be read has no notebooks to offer
  }
}
