import type { TranslationBundle } from '@jupyterlab/translation';
import { caretDownIcon, caretUpIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, duration, exactTime, number, StateMark } from '../ui';
import { colourAt } from './lines';
import { lasted, OWN_COLUMNS, type OwnColumn, type RunsModel } from './model';
import type { IRow, Value } from './store';
import { stateLabel } from './words';

const ROW = 28;
const SPARE = 8;

const CHECKBOX = 36;
const NAME = 180;
const WIDTHS: Record<string, number> = {
  state: 96,
  started: 124,
  duration: 88,
  experiment: 128,
  metric: 96
};
const WIDTH = 112;

export interface ITableProps {
  model: RunsModel;
  trans: TranslationBundle;
  /** Show the details of a run. */
  open: (id: string) => void;
  /** Ask whether runs shall be deleted, and do it. */
  remove: (ids: readonly string[]) => void;
}

/** The runs as a table of which only the rows in sight are in the page; thousands scroll as a few do. */
export function RunsTable(props: ITableProps): React.JSX.Element {
  const { model, trans } = props;
  const { shown, visible } = model;
  const place = React.useRef<HTMLDivElement>(null);
  const [top, setTop] = React.useState(0);
  const [height, setHeight] = React.useState(600);
  React.useEffect(() => {
    const observer = new ResizeObserver(([entry]) => setHeight(entry?.contentRect.height || 600));
    observer.observe(place.current as HTMLDivElement);
    return () => observer.disconnect();
  }, []);
  const first = Math.max(0, Math.floor(top / ROW) - SPARE);
  const rows = shown.slice(first, first + Math.ceil(height / ROW) + 2 * SPARE);
  const widths = visible.map(width);
  const least = CHECKBOX + NAME + widths.reduce((sum, one) => sum + one, 0);
  const layout = {
    '--jp-mlstudio-columns': `${CHECKBOX}px minmax(${NAME}px, 1fr) ${widths.map(one => `${one}px`).join(' ')}`,
    '--jp-mlstudio-width': `${least}px`
  };
  return (
    <div
      className="jp-mlstudio-RunsTable"
      role="grid"
      aria-label={trans.__('Runs')}
      aria-rowcount={shown.length + 1}
      aria-multiselectable
      tabIndex={0}
      ref={place}
      style={layout as React.CSSProperties}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
      onKeyDown={event => onKey(event, props)}
    >
      <Head {...props} />
      <div className="jp-mlstudio-RunsTable-body" style={{ height: shown.length * ROW }}>
        {rows.map((row, index) => (
          <Row key={row.run.id} row={row} place={first + index} {...props} />
        ))}
      </div>
    </div>
  );
}

function Head({ model, trans }: ITableProps): React.JSX.Element {
  const names = new Map(model.columns.map(({ key, name }) => [key, name]));
  const isAll = model.shown.length > 0 && model.selected.length >= model.shown.length;
  return (
    <div className="jp-mlstudio-RunsTable-row jp-mod-head" role="row" aria-rowindex={1}>
      <span role="columnheader">
        <input
          type="checkbox"
          aria-label={trans.__('Select all runs')}
          checked={isAll}
          onChange={() => model.select(isAll ? [] : model.shown.map(({ run }) => run.id))}
        />
      </span>
      <HeadCell id="name" label={trans.__('Name')} model={model} />
      {model.visible.map(key => (
        <HeadCell key={key} id={key} label={names.get(key) ?? ownLabel(key, trans)} model={model} />
      ))}
    </div>
  );
}

function HeadCell({
  id,
  label,
  model
}: {
  id: string;
  label: string;
  model: RunsModel;
}): React.JSX.Element {
  const isSorted = model.sort.key === id;
  const order = model.sort.descending ? 'descending' : 'ascending';
  const Caret = model.sort.descending ? caretDownIcon : caretUpIcon;
  return (
    <span role="columnheader" aria-sort={isSorted ? order : 'none'} data-kind={kindOf(id)}>
      <button type="button" title={label} onClick={() => model.sortBy(id)} tabIndex={-1}>
        <span>{label}</span>
        {isSorted ? <Caret.react tag="span" elementSize="small" /> : null}
      </button>
    </span>
  );
}

interface IRowProps extends ITableProps {
  row: IRow;
  place: number;
}

function Row({ row, place, model, trans, open }: IRowProps): React.JSX.Element {
  const { run, values } = row;
  const compared = model.selected.indexOf(run.id);
  return (
    <div
      className="jp-mlstudio-RunsTable-row"
      role="row"
      aria-rowindex={place + 2}
      aria-selected={model.current === run.id}
      style={{ top: place * ROW }}
      onClick={() => open(run.id)}
    >
      <span role="gridcell" onClick={event => event.stopPropagation()}>
        <input
          type="checkbox"
          aria-label={trans.__('Select %1', run.name)}
          checked={compared >= 0}
          style={compared >= 0 ? { accentColor: colourAt(compared) } : undefined}
          onChange={() => model.toggle(run.id)}
        />
      </span>
      <span role="gridcell" title={run.name} data-kind="name">
        {run.parent ? <span aria-label={trans.__('part of another run')}>↳ </span> : null}
        {run.name}
      </span>
      {model.visible.map(key => (
        <span key={key} role="gridcell" data-kind={kindOf(key)} title={tooltip(row, key)}>
          {isOwn(key) ? own(row, key, trans) : written(values[key] ?? null)}
        </span>
      ))}
    </div>
  );
}

/** Write a value: numbers with sensible digits, nothing as a dash. */
export function written(value: Value): string {
  if (typeof value === 'number' || value === null) {
    return number(value);
  }
  return { Infinity: '∞', '-Infinity': '−∞' }[value] ?? value;
}

/** The title of a column that every run has. */
export function ownLabel(key: string, trans: TranslationBundle): string {
  const labels: Record<string, string> = {
    state: trans.__('State'),
    experiment: trans.__('Experiment'),
    started: trans.__('Started'),
    duration: trans.__('Duration')
  };
  return labels[key] ?? key.slice(key.indexOf(':') + 1);
}

function own({ run }: IRow, key: OwnColumn, trans: TranslationBundle): React.ReactNode {
  switch (key) {
    case 'state':
      return <StateMark state={run.state} label={stateLabel(run.state, trans)} />;
    case 'experiment':
      return run.experiment;
    case 'started':
      return ago(run.started_at);
    case 'duration':
      return duration(lasted(run));
  }
}

function tooltip({ run, values }: IRow, key: string): string | undefined {
  return key === 'started'
    ? exactTime(run.started_at)
    : isOwn(key)
      ? undefined
      : String(values[key] ?? '');
}

function isOwn(key: string): key is OwnColumn {
  return OWN_COLUMNS.some(own => own === key);
}

function kindOf(key: string): string {
  return key.split(':')[0] ?? key;
}

function width(key: string): number {
  return WIDTHS[kindOf(key)] ?? WIDTH;
}

function onKey(
  event: React.KeyboardEvent<HTMLDivElement>,
  { model, open, remove }: ITableProps
): void {
  if (event.target instanceof HTMLInputElement) {
    return; // a checkbox has its own use for the space bar
  }
  const { shown, current } = model;
  const place = shown.findIndex(({ run }) => run.id === current);
  const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 15, PageUp: -15 }[event.key];
  if (step !== undefined) {
    const next = Math.min(shown.length - 1, Math.max(0, place + step));
    const id = shown[next]?.run.id;
    if (id) {
      open(id);
      keepInSight(event.currentTarget, next);
    }
  } else if (event.key === ' ' && current) {
    model.toggle(current);
  } else if (event.key === 'Delete' && (current || model.selected.length > 0)) {
    remove(model.selected.length > 0 ? model.selected : [current ?? '']);
  } else if (event.key === '/') {
    event.currentTarget.parentElement?.querySelector<HTMLElement>('.jp-mlstudio-Search')?.focus();
  } else {
    return;
  }
  event.preventDefault();
}

function keepInSight(table: HTMLElement, place: number): void {
  const [above, below] = [place * ROW, (place + 2) * ROW - table.clientHeight];
  if (table.scrollTop > above) {
    table.scrollTop = above;
  } else if (table.scrollTop < below) {
    table.scrollTop = below;
  }
}
