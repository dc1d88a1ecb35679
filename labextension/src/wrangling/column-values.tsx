import { searchIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton, number } from '../ui';
import type { IPartProps } from './actions';
import type { Column, Profile } from './table';
import { typed, valueConditions } from './table-filter';
import { ValuePicker } from './values-picker';
import { shareWords, surenessSign } from './values';

interface ITopValuesProps extends IPartProps {
  column: Column;
  profile: Profile;
}

/** The frequent values of a column, or a search in all of them; a click shows only the rows with one. */
export function TopValues(props: ITopValuesProps): React.JSX.Element {
  const { model, trans, column } = props;
  const [searches, setSearches] = React.useState(false);
  const { table } = model;
  const narrow = (value: string): void => table.narrow(valueConditions(column, value));
  const picked = table.filter.flatMap(({ column: name, test, value }) =>
    name === column.name && test === '==' && value !== null && value !== undefined
      ? [String(value)]
      : []
  );
  return (
    <section>
      <h4>
        {trans.__('Frequent values')}
        <IconButton
          label={trans.__('Search all values')}
          aria-pressed={searches}
          onClick={() => setSearches(!searches)}
        >
          <searchIcon.react tag="span" width="14px" />
        </IconButton>
      </h4>
      {searches ? (
        <ValuePicker
          key={column.name}
          model={model}
          trans={trans}
          column={column}
          search={null}
          picked={picked}
          onPick={narrow}
        />
      ) : (
        <Top {...props} picked={picked} onPick={narrow} />
      )}
    </section>
  );
}

interface ITopProps extends ITopValuesProps {
  picked: readonly string[];
  onPick: (value: string) => void;
}

function Top({ trans, column, profile, picked, onPick }: ITopProps): React.JSX.Element {
  const present = Math.max(profile.rows - profile.missing, 1);
  const sign = surenessSign(profile, 'top');
  return (
    <ul className="jp-mlstudio-Wrangling-top">
      {profile.top.map(({ value, count }) => (
        <li key={value}>
          <button
            type="button"
            aria-pressed={picked.includes(String(typed(value, column) ?? value))}
            title={trans.__('Show only rows with %1: %2 rows', value, sign + number(count))}
            onClick={() => onPick(value)}
          >
            <i style={{ width: `${Math.min(count / present, 1) * 100}%` }} />
            <span dir="auto">{value === '' ? trans.__('(empty text)') : value}</span>
            <em>{sign + shareWords(count / present)}</em>
          </button>
        </li>
      ))}
    </ul>
  );
}
