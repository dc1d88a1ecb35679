import { folderOf, fromFolder } from './workflow-paths';
import type { Place } from './workflow-layout';
import type { WorkflowDesk } from './workflow-desk';
import { DRAGGED, nameOf, type IOffer } from './workflow-offers';

const FILES = 'application/x-jupyter-icontents';
const APART = 24;

/** What JupyterLab's file browser sends when files are dragged. */
export interface IFileDrag extends MouseEvent {
  readonly mimeData: { hasData: (mime: string) => boolean; getData: (mime: string) => unknown };
  readonly proposedAction: string;
  dropAction: string;
}

/** Return the nodes that dragged files can become; none for files that no node runs. */
export function offersOf(event: IFileDrag, desk: WorkflowDesk): IOffer[] {
  const { mimeData } = event;
  const paths = mimeData.hasData(FILES) ? (mimeData.getData(FILES) as string[]) : [];
  const folder = folderOf(desk.model.text.path);
  const local = paths.map(path => desk.actions.localPath(path));
  return local.flatMap(path => offerOf(path, fromFolder(folder, path)) ?? []);
}

/** Add what was dropped where it was dropped. */
export function drop(desk: WorkflowDesk, offers: readonly IOffer[], x: number, y: number): void {
  offers.forEach(({ fields, wanted }, at) => {
    const place: Place | null = desk.canvas?.placeAt(x + at * APART, y + at * APART) ?? null;
    desk.add(fields, wanted, place);
  });
}

/** Read what was dragged out of the palette; null for anything else. */
export function draggedOffer(transfer: DataTransfer): IOffer | null {
  const text = transfer.getData(DRAGGED);
  return text ? (JSON.parse(text) as IOffer) : null;
}

function offerOf(path: string, file: string): IOffer | null {
  const wanted = nameOf(path);
  if (path.endsWith('.ipynb')) {
    return { fields: { notebook: file }, wanted };
  }
  if (path.endsWith('.py')) {
    return { fields: { function: `${file}:main` }, wanted };
  }
  return path.endsWith('.recipe.json')
    ? {
        fields: { use: 'wrangle', parameters: { recipe: file } },
        wanted: wanted.replace(/\W.*$/, '')
      }
    : null;
}
