import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { number } from '../ui';
import type { IGridContent } from './grid';
import type { Mark } from './grid-cells';
import { shownTop, type HeadPart } from './grid-head';
import type { WrangleModel } from './model';
import { activeUpto } from './stages';
import type { Column, TableModel } from './table';
import { edgeWords } from './table-filter';
import { surenessOf, type Figure } from './values';

/** What the grid shows: the table that is looked at, or what a step makes of it. */
export function contentOf(
  model: WrangleModel,
  marks: ReadonlyMap<string, Mark>,
  trans: TranslationBundle
): IGridContent {
  const { table, draft } = model;
  const compared = isCompared(model) ? table.difference : null;
  const previewed = !compared && draft?.preview && draft.rows && draft.edited ? draft : null;
  const columns = compared?.columns ?? previewed?.preview?.columns ?? table.columns;
  const { pinned, scrolled } = table.layout.apart(columns);
  const other = compared !== null || previewed !== null;
  return {
    columns: scrolled,
    pinned,
    rows: compared?.rows ?? previewed?.rows ?? table.rows,
    sort: other ? [] : table.sort,
    filter: other ? [] : table.filter,
    chosen: model.column,
    marks,
    profile: name => (marks.has(name) && other ? null : table.profile(name)),
    change: row => compared?.change(row) ?? null,
    sought: table.find.isOpen && table.find.text ? table.find.text.toLowerCase() : null,
    match: table.find.match,
    tip: (column, part) => tipOf(table, column, part, trans)
  };
}

/** Say which columns stand out, and why. */
export function marksOf(model: WrangleModel): [string, Mark][] {
  const { draft, leaks, table } = model;
  const { counts } = table.difference;
  const compared = isCompared(model) ? counts : null;
  return [
    ...(leaks.found?.items ?? []).map(({ column }): [string, Mark] => [column, 'leak']),
    ...(draft?.preview?.changed ?? []).map((name): [string, Mark] => [name, 'changed']),
    ...(draft?.preview?.added ?? []).map((name): [string, Mark] => [name, 'added']),
    ...(compared?.columns_added ?? []).map((name): [string, Mark] => [name, 'added']),
    ...(compared?.columns_removed ?? []).map((name): [string, Mark] => [name, 'removed'])
  ];
}

function isCompared({ desk, table }: WrangleModel): boolean {
  return desk.compares && table.difference.isShown;
}

/** Compare the table before and after the step that is looked at or written, while somebody wants to see it. */
export function useDifference(model: WrangleModel): void {
  const { table, desk, draft } = model;
  const preview = draft?.preview?.error ? null : draft?.preview;
  const writing = draft?.edited && preview ? draft : null;
  const wanted = desk.compares && model.isReady && !model.busy && (writing || model.looked > 0);
  React.useEffect(() => {
    if (!wanted) {
      table.difference.clear();
    } else if (writing && preview) {
      const { position, columns } = writing.place;
      const upto = activeUpto(model.steps, position);
      table.difference.show({ upto, step: writing.step, columns: preview.columns }, columns);
    } else {
      const before = model.columnsBefore(model.looked - 1);
      table.difference.show({ upto: table.upto, step: null, columns: table.columns }, before);
    }
  }, [model, table, wanted, writing, preview, table.upto, table.columns]);
}

/** Say what a click on a part of a head does, and what it shows exactly. */
function tipOf(
  table: TableModel,
  column: Column,
  part: HeadPart,
  trans: TranslationBundle
): string {
  const profile = table.profile(column.name);
  const unsure = (figure: Figure): string =>
    profile
      ? { exact: '', sampled: trans.__(' (sampled)'), sketched: trans.__(' (estimated)') }[
          surenessOf(profile, figure)
        ]
      : '';
  switch (part.kind) {
    case 'sort':
      return trans.__('Sort by %1. With Shift: also by it', column.name);
    case 'missing':
      return trans.__(
        '%1 missing%2. Click: only these rows',
        number(profile?.missing),
        unsure('missing')
      );
    case 'bar': {
      const { edges, counts } = profile?.histogram ?? { edges: [], counts: [] };
      const [low, high] = [edges[part.index], edges[part.index + 1]];
      return trans.__(
        '%1 – %2: %3 rows%4. Click: only these',
        low === undefined ? '' : edgeWords(low, column),
        high === undefined ? '' : edgeWords(high, column),
        number(counts[part.index]),
        unsure('histogram')
      );
    }
    case 'value': {
      const top = profile ? shownTop(profile)[part.index] : undefined;
      return trans.__(
        '%1: %2 rows%3. Click: only these',
        top?.value ?? '',
        number(top?.count),
        unsure('top')
      );
    }
    case 'name':
      return `${column.name} · ${column.dtype}`;
  }
}
