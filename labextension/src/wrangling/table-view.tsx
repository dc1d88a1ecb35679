import type { IThemeManager } from '@jupyterlab/apputils';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { Loading, messageOf, Failure } from '../ui';
import type { IPartProps } from './actions';
import type { IGridContent, WrangleGrid } from './grid';
import type { Mark } from './grid-cells';
import type { WrangleModel } from './model';
import { PENDING } from './pages';
import { written } from './values';

interface ITableViewProps extends IPartProps {
  themes: IThemeManager | null;
}

const READ_ALOUD = 30;
const QUIET = 200;

/** The grid, drawn on a canvas, and beside it the same rows as a table for screen readers. */
export function TableView({ model, trans, themes }: ITableViewProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const [grid, problem] = useGrid(host, model, themes);
  const list = marksOf(model);
  const key = JSON.stringify(list);
  // The same marks are the same object, so that the grid sees when nothing has changed.
  const marks = React.useMemo(() => new Map(list), [key]);
  const content = contentOf(model, marks);
  React.useEffect(() => grid?.present(content));
  const marked = list.find(([, mark]) => mark !== 'leak')?.[0] ?? null;
  const first = marked ?? model.column;
  const names = content.columns.length;
  React.useEffect(() => {
    // The grid lays out new columns in the next frame.
    const frame = requestAnimationFrame(() => grid && first !== null && grid.reveal(first));
    return () => cancelAnimationFrame(frame);
  }, [grid, first, names, marked ? content.rows : null]);
  const shown = content.rows?.rows ?? 0;
  return (
    <div
      className="jp-mlstudio-Wrangling-table"
      data-rows={shown}
      data-columns={content.columns.length}
      data-profiled={model.table.profiled}
      data-preview={model.draft?.rows ? 'true' : 'false'}
    >
      <div ref={host} className="jp-mlstudio-Wrangling-host" />
      {problem ? <Failure message={problem} /> : null}
      {grid ? null : <Loading label={trans.__('Loading the table')} rows={10} />}
      {grid ? <Spoken grid={grid} content={content} label={model.title} /> : null}
      {shown === 0 && content.rows && content.columns.length > 0 && !model.busy ? (
        <p className="jp-mlstudio-Wrangling-none">{trans.__('No rows.')}</p>
      ) : null}
    </div>
  );
}

function useGrid(
  host: React.RefObject<HTMLDivElement>,
  model: WrangleModel,
  themes: IThemeManager | null
): [WrangleGrid | null, string | null] {
  const [grid, setGrid] = React.useState<WrangleGrid | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    let made: WrangleGrid | null = null;
    let closed = false;
    const dress = (): void => made?.dress();
    const size = new ResizeObserver(() => {
      if (made) {
        MessageLoop.sendMessage(made, Widget.ResizeMessage.UnknownSize);
      }
    });
    const build = async (): Promise<void> => {
      const { WrangleGrid } = await import('./grid');
      if (closed || !host.current) {
        return;
      }
      made = new WrangleGrid();
      made.chosen.connect((_, column) => model.choose(column));
      made.sorted.connect((_, column) => model.table.cycleSort(column));
      Widget.attach(made, host.current);
      size.observe(host.current);
      themes?.themeChanged.connect(dress);
      made.dress();
      setGrid(made);
    };
    build().catch(error => setProblem(messageOf(error)));
    return () => {
      closed = true;
      size.disconnect();
      themes?.themeChanged.disconnect(dress);
      made?.dispose();
    };
  }, [host, model, themes]);
  return [grid, problem];
}

/** What the grid shows: the table that is looked at, or the first rows of what a step would make of it. */
export function contentOf(model: WrangleModel, marks: ReadonlyMap<string, Mark>): IGridContent {
  const { table, draft } = model;
  const previewed = draft?.preview && draft.rows && draft.edited ? draft : null;
  return {
    columns: previewed?.preview?.columns ?? table.columns,
    rows: previewed?.rows ?? table.rows,
    sort: previewed ? [] : table.sort,
    chosen: model.column,
    marks,
    profile: name => (marks.has(name) && previewed ? null : table.profile(name))
  };
}

function marksOf({ draft, leaks }: WrangleModel): [string, Mark][] {
  return [
    ...(leaks.found?.items ?? []).map(({ column }): [string, Mark] => [column, 'leak']),
    ...(draft?.preview?.changed ?? []).map((name): [string, Mark] => [name, 'changed']),
    ...(draft?.preview?.added ?? []).map((name): [string, Mark] => [name, 'added'])
  ];
}

interface ISpokenProps {
  grid: WrangleGrid;
  content: IGridContent;
  label: string;
}

function Spoken({ grid, content, label }: ISpokenProps): React.JSX.Element {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  React.useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(timer);
      timer = setTimeout(redraw, QUIET);
    };
    grid.viewed.connect(soon);
    grid.node.addEventListener('wheel', soon, { passive: true });
    grid.node.addEventListener('keyup', soon);
    return () => {
      clearTimeout(timer);
      grid.viewed.disconnect(soon);
      grid.node.removeEventListener('wheel', soon);
      grid.node.removeEventListener('keyup', soon);
    };
  }, [grid]);
  const { columns, rows } = content;
  const [start, end] = grid.visible;
  const stop = Math.min(end, start + READ_ALOUD, rows?.rows ?? 0);
  return (
    <table
      className="jp-mlstudio-Wrangling-spoken"
      aria-label={label}
      aria-rowcount={rows?.rows ?? 0}
    >
      <thead>
        <tr>
          {columns.map(({ name }) => (
            <th key={name}>{name}</th>
          ))}
        </tr>
      </thead>
      <tbody>
        {Array.from({ length: Math.max(stop - start, 0) }, (_, offset) => (
          <tr key={start + offset} aria-rowindex={start + offset + 1}>
            {columns.map(column => {
              const value = rows?.value(start + offset, column.name);
              return <td key={column.name}>{value === PENDING ? '…' : written(value, column)}</td>;
            })}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
