import * as React from 'react';

import { Chips, type IChipsProps } from './button';

export interface ISearchFieldProps {
  /** What is searched, such as "Search endpoints". */
  label: string;
  value: string;
  onChange: (value: string) => void;
}

/** The field above a list that narrows it down. */
export function SearchField({ label, value, onChange }: ISearchFieldProps): React.JSX.Element {
  return (
    <input
      type="search"
      className="jp-mlstudio-Search"
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={event => onChange(event.target.value)}
    />
  );
}

export interface IListHeadProps<T extends string> extends ISearchFieldProps {
  /** The filter below the search. */
  chips: IChipsProps<T>;
  /** The button that begins something new. */
  action: React.ReactNode;
  /** What stands between the search and the filter. */
  children?: React.ReactNode;
}

/** What stands above a list in the sidebar: search, button, filter. */
export function ListHead<T extends string>(props: IListHeadProps<T>): React.JSX.Element {
  const { chips, action, children, ...search } = props;
  return (
    <div className="jp-mlstudio-ListHead">
      <div>
        <SearchField {...search} />
        {action}
      </div>
      {children}
      <Chips<T> {...chips} />
    </div>
  );
}

/** A list whose rows are gone through with the arrow keys; `/` leads to the search field beside it. */
export function List(props: { label: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <ul className="jp-mlstudio-List" aria-label={props.label} onKeyDown={onKey}>
      {props.children}
    </ul>
  );
}

export interface IListOpenerProps {
  title: string;
  onOpen: () => void;
  children: React.ReactNode;
}

/** The part of a row that opens what the row stands for. */
export function ListOpener({ title, onOpen, children }: IListOpenerProps): React.JSX.Element {
  return (
    <button type="button" className="jp-mlstudio-List-open" title={title} onClick={onOpen}>
      {children}
    </button>
  );
}

function onKey(event: React.KeyboardEvent<HTMLUListElement>): void {
  const list = event.currentTarget;
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step !== undefined) {
    const rows = [...list.querySelectorAll<HTMLElement>('.jp-mlstudio-List-open')];
    const row = rows.findIndex(opener => opener.parentElement?.contains(document.activeElement));
    rows[row + step]?.focus();
    event.preventDefault();
  } else if (event.key === '/') {
    list.parentElement?.querySelector<HTMLElement>('.jp-mlstudio-Search')?.focus();
    event.preventDefault();
  }
}
