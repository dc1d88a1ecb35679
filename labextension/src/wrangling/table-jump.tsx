import * as React from 'react';

import { number } from '../ui';
import type { IPartProps } from './actions';
import type { Column } from './table';
import { compact, shortType, typeSign } from './values';

interface IJumpProps extends IPartProps {
  onJump: (column: string) => void;
  onRow: (row: number) => void;
  onClose: () => void;
}

const SHOWN = 200;
// The end of a name always shows, so that names that begin alike can be told apart.
const END = 10;

/** A field for the name of a column, or the number of a row, to go to. */
export function Jump({ model, trans, onJump, onRow, onClose }: IJumpProps): React.JSX.Element {
  const { table } = model;
  const [text, setText] = React.useState('');
  const [at, setAt] = React.useState(0);
  const found = matchingColumns(table.columns, text).slice(0, SHOWN);
  const row = rowOf(text, table.rows?.rows ?? 0);
  const go = (index: number): void => {
    const column = found[index];
    if (column) {
      onJump(column.name);
    } else if (row !== null) {
      onRow(row);
    }
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    const move = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (move !== undefined) {
      setAt(Math.min(Math.max(at + move, 0), Math.max(found.length - 1, 0)));
    } else if (event.key === 'Enter') {
      go(at);
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  const leave = (event: React.FocusEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) {
      onClose();
    }
  };
  return (
    <div className="jp-mlstudio-Wrangling-jump" onBlur={leave} onKeyDown={onKeyDown}>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls="jp-mlstudio-jump"
        aria-activedescendant={found[at] ? `jp-mlstudio-jump-${at}` : undefined}
        aria-label={trans.__('Go to column or row')}
        placeholder={trans.__('Name of a column, or number of a row')}
        value={text}
        onChange={event => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
      />
      <ul role="listbox" id="jp-mlstudio-jump">
        {found.map((column, index) => (
          <Option
            key={column.name}
            {...{ model, trans, column, index }}
            current={index === at}
            onGo={() => go(index)}
          />
        ))}
        {found.length === 0 && row !== null ? (
          <li role="option" aria-selected tabIndex={-1} onClick={() => onRow(row)}>
            {trans.__('Go to row %1', number(row + 1))}
          </li>
        ) : null}
        {found.length === 0 && row === null ? <li>{trans.__('No such column.')}</li> : null}
      </ul>
    </div>
  );
}

interface IOptionProps extends IPartProps {
  column: Column;
  index: number;
  current: boolean;
  onGo: () => void;
}

function Option({ model, trans, column, index, current, onGo }: IOptionProps): React.JSX.Element {
  const { layout } = model.table;
  const profile = model.table.profile(column.name);
  const item = React.useRef<HTMLLIElement>(null);
  React.useEffect(() => {
    if (current) {
      item.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [current]);
  const hidden = layout.isHidden(column.name);
  return (
    <li
      ref={item}
      id={`jp-mlstudio-jump-${index}`}
      role="option"
      tabIndex={-1}
      aria-selected={current}
      onClick={onGo}
    >
      <i aria-hidden>{typeSign(column.role)}</i>
      <span title={column.name}>
        <span>{column.name.slice(0, -END)}</span>
        {column.name.slice(-END)}
      </span>
      <small>
        {hidden ? trans.__('hidden') : shortType(column.dtype)}
        {profile && !hidden ? ` · ${compact(profile.distinct)}` : ''}
      </small>
    </li>
  );
}

/** Find columns by a part of their name: those that begin with it first. */
export function matchingColumns(columns: readonly Column[], text: string): readonly Column[] {
  const sought = text.trim().toLowerCase();
  if (sought === '') {
    return columns;
  }
  const rank = ({ name }: Column): number => {
    const at = name.toLowerCase().indexOf(sought);
    return at === 0 ? 0 : at > 0 ? 1 : 2;
  };
  return [0, 1].flatMap(wanted => columns.filter(column => rank(column) === wanted));
}

/** Read the number of a row, as people write it; null if it is none. */
export function rowOf(text: string, count: number): number | null {
  const digits = text.replace(/[\s.,’'_:]/g, '');
  return /^\d+$/.test(digits) && count > 0
    ? Math.min(Math.max(Number(digits), 1), count) - 1
    : null;
}
