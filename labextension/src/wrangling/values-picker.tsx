import * as React from 'react';

import type { Schemas } from '../api';
import { messageOf, number } from '../ui';
import type { IPartProps } from './actions';
import type { Column } from './table';
import { compact } from './values';

type Counts = Schemas['ValueCounts'];

const SHOWN = 100;
const QUIET = 180;

interface IValuePickerProps extends IPartProps {
  column: Column;
  /** What is typed elsewhere; null to show a search field of its own. */
  search: string | null;
  picked: readonly string[];
  onPick: (value: string) => void;
}

/** The values of a column among the rows that are shown, the most frequent first, with a search. */
export function ValuePicker(props: IValuePickerProps): React.JSX.Element {
  const { model, trans, column, search, picked, onPick } = props;
  const [typed, setTyped] = React.useState('');
  const sought = search ?? typed;
  const [counts, problem] = useCounts(props, sought);
  return (
    <div className="jp-mlstudio-Wrangling-values">
      {search === null ? (
        <input
          type="search"
          autoFocus
          aria-label={trans.__('Search values')}
          placeholder={trans.__('Search values')}
          value={typed}
          onChange={event => setTyped(event.currentTarget.value)}
        />
      ) : null}
      <ul aria-label={trans.__('Values of %1', column.name)} aria-busy={counts === null}>
        {(counts?.items ?? []).map(({ value, count }) =>
          value === null ? null : (
            <li key={value}>
              <button
                type="button"
                aria-pressed={picked.includes(value)}
                title={value}
                onClick={() => onPick(value)}
              >
                <span dir="auto">{value === '' ? trans.__('(empty text)') : value}</span>
                <em title={number(count)}>{compact(count)}</em>
              </button>
            </li>
          )
        )}
      </ul>
      <p>
        {problem ??
          (counts
            ? summary(counts, trans, model.table.filter.length > 0)
            : trans.__('Counting values…'))}
      </p>
    </div>
  );
}

function summary(counts: Counts, trans: IPartProps['trans'], filtered: boolean): string {
  const sign = { exact: '', sampled: '≈ ', sketched: '~ ' }[counts.exactness];
  const words = trans
    ._n('%1 value', '%1 values', counts.distinct)
    .replace(String(counts.distinct), `${sign}${number(counts.distinct)}`);
  return filtered ? trans.__('%1 in the rows shown', words) : words;
}

function useCounts(
  { model, column }: IValuePickerProps,
  search: string
): [Counts | null, string | null] {
  const { table } = model;
  const [counts, setCounts] = React.useState<Counts | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    let closed = false;
    const timer = setTimeout(() => {
      table
        .values(column.name, search, SHOWN)
        .then(found => {
          if (!closed) {
            setCounts(found);
            setProblem(null);
          }
        })
        .catch(error => !closed && setProblem(messageOf(error)));
    }, QUIET);
    return () => {
      closed = true;
      clearTimeout(timer);
    };
  }, [table, table.filter, table.upto, column.name, search]);
  return [counts, problem];
}
