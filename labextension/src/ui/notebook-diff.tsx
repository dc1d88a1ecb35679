import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { duration } from './format';

/** One cell of two executed notebooks. */
type ComparedCell = Schemas['ComparedCell'];

/** One line of a text before or after. */
type DiffLine = Schemas['DiffLine'];

/** One cell of a difference by cell: source and outputs of both sides in one. */
export function CellDiff(props: {
  cell: ComparedCell;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { cell, trans } = props;
  const { kind, one, other, one_seconds: before, other_seconds: now } = cell;
  const words = {
    same: trans.__('the same'),
    changed: trans.__('changed'),
    added: trans.__('added'),
    removed: trans.__('removed')
  };
  const times = [before, now].map(seconds => (seconds === null ? '–' : duration(seconds * 1000)));
  return (
    <li data-kind={kind}>
      <header>
        <strong>{trans.__('Cell %1', other ?? one ?? '')}</strong>
        <span>{words[kind]}</span>
        <span>{now === null && before === null ? '' : times.join(' → ')}</span>
      </header>
      <DiffLines lines={cell.lines} />
      {cell.outputs.map((output, index) => (
        <div key={index} className="jp-mlstudio-NotebookDiff-output">
          <DiffLines lines={output.lines} />
          {output.image ? (
            <small>
              {output.kind === 'same'
                ? trans.__('Picture, the same')
                : trans.__('Picture, not the same')}
            </small>
          ) : null}
          {output.note ? <small>{output.note}</small> : null}
        </div>
      ))}
    </li>
  );
}

const SIGNS = { same: ' ', added: '+', removed: '−' };

/** Two texts in one, line by line. */
export function DiffLines({ lines }: { lines: readonly DiffLine[] }): React.JSX.Element | null {
  if (lines.length === 0) {
    return null;
  }
  return (
    <pre tabIndex={0}>
      {lines.map(({ kind, text }, index) => (
        <span key={index} data-kind={kind}>
          <b>{SIGNS[kind]}</b>
          {`${text}\n`}
        </span>
      ))}
    </pre>
  );
}
