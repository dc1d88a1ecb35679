import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, CopyButton, Failure, IconButton, messageOf, number } from '../ui';
import type { IPartProps } from './actions';
import type { ICell } from './grid-cells';
import { isCut } from './table-copy';
import { isMissing, plain, shortType } from './values';
import { PENDING, type IRowSource } from './pages';
import type { Column } from './table';

interface IDetailProps extends IPartProps {
  cell: ICell;
  /** What the grid shows. */
  rows: IRowSource | null;
  columns: readonly Column[];
  onClose: () => void;
  /** The text of the cell that somebody marks. */
  onMark: (text: string | null) => void;
}

interface IWhole {
  text: string | null;
  cut: boolean;
  length: number;
}

/** A cell whole, however long: as it is, or as readable JSON. */
export function Detail(props: IDetailProps): React.JSX.Element {
  const { model, trans, cell, onClose, onMark } = props;
  const column = props.columns.find(({ name }) => name === cell.column);
  const [whole, problem, again] = useWhole(props);
  const [pretty, setPretty] = React.useState(true);
  const text = whole?.text ?? '';
  const json = React.useMemo(() => prettyJson(text), [text]);
  const before = model.desk.compares ? model.table.difference.before(cell.row, cell.column) : null;
  const marked = (): void => {
    const selected = getSelection()?.toString() ?? '';
    onMark(selected === '' ? null : selected);
  };
  return (
    <aside
      className="jp-mlstudio-Wrangling-detail"
      role="dialog"
      aria-label={trans.__('%1, row %2', cell.column, number(cell.row + 1))}
      onKeyDown={event => event.key === 'Escape' && (event.stopPropagation(), onClose())}
    >
      <header>
        <h3 title={cell.column}>{cell.column}</h3>
        <span>{trans.__('row %1', number(cell.row + 1))}</span>
        <CopyButton text={text} label={trans.__('Copy value')} copiedLabel={trans.__('Copied')} />
        <IconButton label={trans.__('Close (Escape)')} onClick={onClose}>
          <closeIcon.react tag="span" width="14px" />
        </IconButton>
      </header>
      <p>
        {column ? shortType(column.dtype) : ''}
        {whole && whole.text !== null
          ? ` · ${trans._n('%1 character', '%1 characters', whole.length)}`
          : ''}
        {whole?.cut ? ` · ${trans.__('the end is cut')}` : ''}
        {json ? (
          <Button aria-pressed={pretty} onClick={() => setPretty(!pretty)}>
            {trans.__('Readable')}
          </Button>
        ) : null}
      </p>
      {problem ? (
        <Failure message={problem} retryLabel={trans.__('Try again')} onRetry={again} />
      ) : whole && whole.text === null ? (
        <p className="jp-mlstudio-Wrangling-missing">{trans.__('∅ missing')}</p>
      ) : (
        <pre dir="auto" tabIndex={0} onMouseUp={marked} onKeyUp={marked} aria-busy={!whole}>
          {json && pretty ? json : text}
        </pre>
      )}
      {column && before !== PENDING && before !== null ? (
        <p>
          {trans.__('Before:')} <del dir="auto">{plain(before, column)}</del>
        </p>
      ) : null}
    </aside>
  );
}

function useWhole({
  model,
  cell,
  rows,
  columns
}: IDetailProps): [IWhole | null, string | null, () => void] {
  const { table } = model;
  const [found, setWhole] = React.useState<IWhole | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  const [tried, setTried] = React.useState(0);
  const { row, column: name } = cell;
  React.useEffect(() => {
    let closed = false;
    setProblem(null);
    const column = columns.find(other => other.name === name);
    const value = rows?.peek(row, name);
    const whole = value !== PENDING && column?.role !== 'nested' && !isCut(value);
    // Only the table itself can be asked for more than the grid has.
    const here = column && (whole || rows !== table.rows);
    if (here) {
      const text = isMissing(value) || value === PENDING ? null : plain(value, column);
      setWhole({ text, cut: !whole, length: text?.length ?? 0 });
      return;
    }
    setWhole(null);
    table
      .cell({ row, column: name })
      .then(answer => !closed && setWhole(answer))
      .catch(error => !closed && setProblem(messageOf(error)));
    return () => {
      closed = true;
    };
  }, [table, rows, row, name, tried]);
  return [found, problem, () => setTried(tried + 1)];
}

function prettyJson(text: string): string | null {
  if (!/^\s*[[{]/.test(text)) {
    return null;
  }
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return null;
  }
}
