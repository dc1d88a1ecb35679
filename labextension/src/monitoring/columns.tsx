import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { number } from '../ui';
import { Detail } from './column';
import { Histogram, Legend } from './histogram';
import { ANSWERS, shownColumn, type Column, type Report } from './monitor';

export interface IColumnsProps {
  report: Report;
  /** The chosen column; null for the one that has drifted most. */
  chosen: string | null;
  onChoose: (column: string) => void;
  /** Opens the rows that show what was found; null where nothing opens tables. */
  onRows: ((column: string | null) => void) | null;
  trans: TranslationBundle;
}

/** The columns, the most drifted first, and the details of one. */
export function Columns(props: IColumnsProps): React.JSX.Element {
  const { report, chosen, onChoose, onRows, trans } = props;
  const shown = shownColumn(report, chosen);
  const walk = (event: React.KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined) {
      const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('button')];
      const next = rows[rows.findIndex(row => row === document.activeElement) + step];
      next?.focus();
      next?.click();
      event.preventDefault();
    }
  };
  return (
    <div className="jp-mlstudio-Drift">
      <section aria-label={trans.__('Columns')}>
        <Legend trans={trans} />
        <ul className="jp-mlstudio-DriftList" onKeyDown={walk}>
          {report.prediction ? (
            <Row
              column={report.prediction}
              label={trans.__('What the model answers')}
              isShown={shown === report.prediction}
              onChoose={() => onChoose(ANSWERS)}
              trans={trans}
            />
          ) : null}
          {report.columns.map(column => (
            <Row
              key={column.name}
              column={column}
              label={column.name}
              isShown={shown === column}
              onChoose={() => onChoose(column.name)}
              trans={trans}
            />
          ))}
        </ul>
      </section>
      {shown ? (
        <Detail
          column={shown}
          isAnswer={shown === report.prediction}
          onRows={onRows && (() => onRows(shown === report.prediction ? null : shown.name))}
          trans={trans}
        />
      ) : null}
    </div>
  );
}

interface IRowProps {
  column: Column;
  label: string;
  isShown: boolean;
  onChoose: () => void;
  trans: TranslationBundle;
}

function Row({ column, label, isShown, onChoose, trans }: IRowProps): React.JSX.Element {
  return (
    <li>
      <button
        type="button"
        aria-pressed={isShown}
        data-drifted={column.drifted}
        title={column.message}
        onClick={onChoose}
      >
        <span className="jp-mlstudio-DriftList-name">{label}</span>
        {column.histogram ? (
          <Histogram histogram={column.histogram} name={label} small trans={trans} />
        ) : (
          <span />
        )}
        <span
          className="jp-mod-numeric"
          title={trans.__('Population stability index: 0 is the same, from about 0.1 on it counts')}
        >
          {number(Math.round(column.score * 1000) / 1000)}
        </span>
        <span className="jp-mlstudio-Badge" data-drifted={column.drifted}>
          {column.drifted ? trans.__('drifted') : trans.__('same')}
        </span>
      </button>
    </li>
  );
}
