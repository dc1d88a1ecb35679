import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Failure } from '../ui';
import { OutputList, textOf, type IOutput } from './outputs';
import { Code, Markdown } from './rendered';

const MANY = 60;

interface ICell {
  cell_type?: string;
  source?: string | string[];
  execution_count?: number | null;
  outputs?: IOutput[];
}

export interface INotebookPreviewProps {
  text: string;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** A notebook to read: nothing in it can run. */
export function NotebookPreview(props: INotebookPreviewProps): React.JSX.Element {
  const { text, rendermime, trans } = props;
  const told = React.useMemo(() => read(text), [text]);
  const [shown, show] = React.useState(MANY);
  if (told === null) {
    return <Failure message={trans.__('This file is not a notebook that can be read.')} />;
  }
  return (
    <div className="jp-mlstudio-NotebookPreview">
      {told.cells.slice(0, shown).map((cell, index) => (
        <Cell
          key={index}
          cell={cell}
          language={told.language}
          rendermime={rendermime}
          trans={trans}
        />
      ))}
      {told.cells.length > shown ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => show(shown + MANY)}>
          {trans.__('Show more of %1 cells', told.cells.length.toLocaleString())}
        </button>
      ) : null}
    </div>
  );
}

interface ICellProps extends Omit<INotebookPreviewProps, 'text'> {
  cell: ICell;
  language: string;
}

function Cell({ cell, language, rendermime, trans }: ICellProps): React.JSX.Element {
  const source = textOf(cell.source);
  if (cell.cell_type === 'markdown') {
    return <Markdown rendermime={rendermime} text={source} />;
  }
  if (cell.cell_type !== 'code') {
    return <pre className="jp-mlstudio-RunCode">{source}</pre>;
  }
  return (
    <div className="jp-mlstudio-OriginCell">
      <span className="jp-mlstudio-OriginCell-number">[{cell.execution_count ?? ' '}]</span>
      <div>
        <Code rendermime={rendermime} text={source} language={language} />
        <OutputList outputs={cell.outputs ?? []} rendermime={rendermime} trans={trans} />
      </div>
    </div>
  );
}

function read(text: string): { cells: ICell[]; language: string } | null {
  try {
    const told = JSON.parse(text) as {
      cells?: ICell[];
      metadata?: { language_info?: { name?: string }; kernelspec?: { language?: string } };
    };
    const { language_info: info, kernelspec } = told.metadata ?? {};
    const language = info?.name ?? kernelspec?.language ?? 'python';
    return Array.isArray(told.cells) ? { cells: told.cells, language } : null;
  } catch {
    return null;
  }
}
