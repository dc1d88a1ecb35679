import { Clipboard, Notification, type IThemeManager } from '@jupyterlab/apputils';
import * as React from 'react';

import { Button, Failure, Loading, messageOf, number } from '../ui';
import type { IPartProps } from './actions';
import type { GridRequest, WrangleGrid } from './grid';
import { contentOf, marksOf, useDifference } from './table-content';
import { cellsOf, copied, copiedAsSeen, MOST_CELLS } from './table-copy';
import { Above, type Open } from './table-above';
import { editorOf } from './table-edit';
import { conditionsOf } from './table-filter';
import { FindBar } from './table-findbar';
import { useGrid } from './table-host';
import { openGridMenu } from './table-menu';
import { cellAt } from './table-selection';
import { Spoken } from './table-spoken';

interface ITableViewProps extends IPartProps {
  themes: IThemeManager | null;
}

/** The grid, drawn on a canvas, what opens above it, and the same rows as a table for screen readers. */
export function TableView({ model, trans, themes }: ITableViewProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const [grid, problem] = useGrid(host, themes);
  const [open, setOpen] = React.useState<Open>(null);
  const { table } = model;
  useDifference(model);
  const list = marksOf(model);
  const key = JSON.stringify(list);
  // The same marks are the same object, so that the grid sees when nothing has changed.
  const marks = React.useMemo(() => new Map(list), [key]);
  const content = contentOf(model, marks, trans);
  React.useEffect(() => grid?.present(content));
  useReveal(grid, { first: list.find(([, mark]) => mark !== 'leak')?.[0] ?? null, content, model });
  usePicks(grid, { model, setOpen });
  useRequests(grid, { model, trans, setOpen });
  const { match } = table.find;
  React.useEffect(() => (match ? grid?.goTo(match) : undefined), [grid, match]);
  const shown = content.rows?.rows ?? 0;
  const back = (): void => grid?.focus();
  const leave = (): void => {
    setOpen(null);
    back();
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const what = keyed(event);
    if (what === 'find') {
      table.find.open();
    } else if (what === 'jump') {
      setOpen({ kind: 'jump' });
    } else if (what === 'escape' && open) {
      leave();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      className="jp-mlstudio-Wrangling-table"
      data-rows={shown}
      data-columns={content.pinned.length + content.columns.length}
      data-profiled={table.profiled}
      data-profiling={table.isProfiling}
      data-preview={model.draft?.rows ? 'true' : 'false'}
      onKeyDown={onKeyDown}
    >
      <FindBar
        model={model}
        trans={trans}
        row={() => grid?.visible[0] ?? 0}
        onClose={() => {
          table.find.close();
          back();
        }}
      />
      <div ref={host} className="jp-mlstudio-Wrangling-host" />
      {problem ? <Failure message={problem} /> : null}
      {grid || problem ? null : <Loading label={trans.__('Loading the table')} rows={10} />}
      {grid ? <Spoken grid={grid} content={content} label={model.title} trans={trans} /> : null}
      {table.problem ? (
        <Failure
          message={messageOf(table.problem)}
          retryLabel={trans.__('Try again')}
          onRetry={() => table.retry()}
        />
      ) : shown === 0 && content.rows && content.columns.length > 0 && !model.busy ? (
        <NoRows model={model} trans={trans} />
      ) : null}
      {grid ? <Above {...{ model, trans, grid, content, open }} onClose={leave} /> : null}
    </div>
  );
}

/** What stands in the place of rows if there are none, and the way back. */
function NoRows({ model, trans }: IPartProps): React.JSX.Element {
  const { table } = model;
  return (
    <div className="jp-mlstudio-Wrangling-none" role="status">
      {table.filter.length > 0 ? (
        <>
          <p>{trans.__('No row fulfils the filter.')}</p>
          <Button onClick={() => table.filterBy([])}>{trans.__('Show all rows')}</Button>
        </>
      ) : (
        <p>{trans.__('The table has no rows.')}</p>
      )}
    </div>
  );
}

/** Bring the column that is spoken of into view, in the frame after the grid has laid out the columns. */
function useReveal(
  grid: WrangleGrid | null,
  {
    first,
    content,
    model
  }: { first: string | null; content: ReturnType<typeof contentOf> } & Pick<IPartProps, 'model'>
): void {
  const column = first ?? model.column;
  const names = content.columns.length;
  React.useEffect(() => {
    const frame = requestAnimationFrame(() => grid && column !== null && grid.reveal(column));
    return () => cancelAnimationFrame(frame);
  }, [grid, column, names, first ? content.rows : null]);
}

/** Tell the others what is selected; what is open of a cell follows the selection. */
function usePicks(
  grid: WrangleGrid | null,
  {
    model,
    setOpen
  }: Pick<IPartProps, 'model'> & {
    setOpen: React.Dispatch<React.SetStateAction<Open>>;
  }
): void {
  React.useEffect(() => {
    const hear = (_: unknown, { columns, cell }: WrangleGrid['pick']): void => {
      const { table } = model;
      const shown = grid && cell ? cellAt(grid.rows, grid.columns, cell.row, cell.column) : null;
      table.select({ columns, cell: shown, text: null });
      setOpen(now => (now?.kind === 'detail' && cell ? { kind: 'detail', cell } : now));
      const column = cell?.column ?? columns[columns.length - 1];
      if (column !== undefined) {
        model.choose(column);
      }
    };
    grid?.picked.connect(hear);
    return () => {
      grid?.picked.disconnect(hear);
    };
  }, [grid, model, setOpen]);
}

interface IRequestProps extends IPartProps {
  setOpen: (open: Open) => void;
}

/** Do what is asked for in the grid, by key or mouse. */
function useRequests(grid: WrangleGrid | null, props: IRequestProps): void {
  const { model, trans, setOpen } = props;
  React.useEffect(() => {
    const { table } = model;
    const canEdit = (): boolean => editorOf(model) !== null && grid?.rows === table.rows;
    const copy = (header: boolean): void => {
      if (grid) {
        void copyCells(grid, props, header);
      }
    };
    const hear = (_: unknown, request: GridRequest): void => {
      switch (request.kind) {
        case 'detail':
          return setOpen(request);
        case 'edit':
          return setOpen(canEdit() ? request : { kind: 'detail', cell: request.cell });
        case 'copy':
          return copy(request.header);
        case 'sort':
          return table.cycleSort(request.column, request.also);
        case 'narrow': {
          const column = table.columns.find(({ name }) => name === request.column);
          const profile = table.profile(request.column);
          if (column && profile) {
            table.narrow(conditionsOf(column, profile, request.part));
          }
          return;
        }
        case 'menu':
          if (grid) {
            openGridMenu(
              {
                model,
                trans,
                grid,
                copy,
                detail: (row, column) => setOpen({ kind: 'detail', cell: { row, column } }),
                edit: canEdit()
                  ? (row, column) => setOpen({ kind: 'edit', cell: { row, column } })
                  : null,
                narrow: column => table.editFilter({ column: column.name, at: null })
              },
              request.pointed
            );
          }
      }
    };
    grid?.asked.connect(hear);
    return () => {
      grid?.asked.disconnect(hear);
    };
  }, [grid, model, trans, setOpen]);
}

async function copyCells(
  grid: WrangleGrid,
  { model, trans }: IPartProps,
  header: boolean
): Promise<void> {
  const cells = cellsOf(grid.pick, grid.rows);
  if (cells > MOST_CELLS) {
    Notification.warning(
      trans.__(
        '%1 cells are too many for the clipboard; %2 fit. Select fewer, or run the recipe on all rows to write a file.',
        number(cells),
        number(MOST_CELLS)
      )
    );
    return;
  }
  try {
    const text =
      grid.rows === model.table.rows
        ? await copied(model.table, grid.pick, header)
        : copiedAsSeen(grid, header);
    Clipboard.copyToSystem(text);
  } catch (error) {
    Notification.error(messageOf(error));
  }
}

/** Find out what a key asks for, unless somebody is writing. */
function keyed(event: React.KeyboardEvent): 'find' | 'jump' | 'escape' | null {
  const writing = event.target instanceof HTMLElement && event.target.matches('input, textarea');
  const accel = event.ctrlKey || event.metaKey;
  if (accel && event.key === 'f') {
    return 'find';
  }
  if (accel && event.key === 'g') {
    return 'jump';
  }
  if (writing) {
    return null;
  }
  return event.key === '/' ? 'find' : event.key === 'Escape' ? 'escape' : null;
}
