import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { SearchField } from '../ui';

/** From so many rows on there is a search field. */
const SEARCHED = 15;

/** So many rows are shown before somebody asks for all. */
const FIRST = 12;

/** From so many rows on, only those in sight are in the page. */
const MANY = 200;
const ROW = 24;
const SIGHT = 20;
const SPARE = 8;

/** Characters of a value that are in the page; its rest can be copied. */
const SHOWN = 300;

export interface INamed {
  name: string;
  /** What is written. */
  value: string;
  /** The tooltip of the value; the value itself if not given. */
  title?: string;
}

export interface IValuesProps {
  values: readonly INamed[];
  /** What the values are, such as "Params". */
  label: string;
  trans: TranslationBundle;
  /** Whether the values are numbers, which stand below each other at their ends. */
  numeric?: boolean;
}

/** Names and values below each other; thousands of them stay quick. */
export function Values(props: IValuesProps): React.JSX.Element {
  const { values, label, trans, numeric } = props;
  const [search, setSearch] = React.useState('');
  const [isWhole, showWhole] = React.useState(false);
  const fitting = React.useMemo(() => matching(values, search), [values, search]);
  const isCut = !isWhole && search === '' && fitting.length > FIRST + 3;
  const names = ['jp-mlstudio-Values', numeric ? 'jp-mod-numeric' : ''];
  return (
    <div className={names.filter(Boolean).join(' ')}>
      {values.length >= SEARCHED ? (
        <SearchField
          label={trans.__('Search %1', label.toLowerCase())}
          value={search}
          onChange={setSearch}
        />
      ) : null}
      {fitting.length > MANY && !isCut ? (
        <Window values={fitting} label={label} />
      ) : (
        <dl>
          {(isCut ? fitting.slice(0, FIRST) : fitting).map(value => (
            <Pair key={value.name} {...value} />
          ))}
        </dl>
      )}
      {isCut ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => showWhole(true)}>
          {trans.__('Show all %1', fitting.length.toLocaleString())}
        </button>
      ) : null}
      {fitting.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('Nothing fits the search.')}</p>
      ) : null}
      {search !== '' ? (
        <small role="status">
          {trans.__('%1 of %2', fitting.length.toLocaleString(), values.length.toLocaleString())}
        </small>
      ) : null}
    </div>
  );
}

/** The values in sight, at their place in a box as high as all of them. */
function Window({ values, label }: Pick<IValuesProps, 'values' | 'label'>): React.JSX.Element {
  const [top, setTop] = React.useState(0);
  const first = Math.max(0, Math.min(Math.floor(top / ROW), values.length - SIGHT) - SPARE);
  const shown = values.slice(first, first + SIGHT + 2 * SPARE);
  return (
    <div
      className="jp-mlstudio-Values-window"
      style={{ height: SIGHT * ROW }}
      tabIndex={0}
      role="region"
      aria-label={label}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
    >
      <div style={{ height: values.length * ROW }}>
        <dl style={{ transform: `translateY(${first * ROW}px)` }}>
          {shown.map(value => (
            <Pair key={value.name} {...value} />
          ))}
        </dl>
      </div>
    </div>
  );
}

function Pair({ name, value, title }: INamed): React.JSX.Element {
  return (
    <div>
      <dt title={name}>{name}</dt>
      <dd title={cut(title ?? value, SHOWN * 4)}>{cut(value, SHOWN)}</dd>
    </div>
  );
}

/** Keep the beginning of a text. */
export function cut(text: string, length = SHOWN): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

const ORDER = new Intl.Collator(undefined, { numeric: true });

/** Return the values that fit a search, in the order in which people count: p2 before p10. */
function matching(values: readonly INamed[], search: string): readonly INamed[] {
  const sorted = [...values].sort((a, b) => ORDER.compare(a.name, b.name));
  const wanted = search.trim().toLowerCase();
  return wanted === ''
    ? sorted
    : sorted.filter(
        ({ name, value }) =>
          name.toLowerCase().includes(wanted) || cut(value).toLowerCase().includes(wanted)
      );
}
