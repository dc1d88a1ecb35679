import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { Signal } from '@lumino/signaling';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import type { IWranglingActions } from './actions';
import type { StepKind } from './draft';
import { LeakWarning } from './leaks';
import type { WrangleModel } from './model';
import { Choices, matching } from './choices';
import { effects } from './step-form';
import { StepList } from './steps';
import { Bar } from './bar';
import { prefilled } from './column-steps';

afterEach(cleanup);

const trans = nullTranslator.load('jupyter_mlstudio');
const kind = (
  op: string,
  title: string,
  group: StepKind['group'],
  form: StepKind['form'] = {}
): StepKind => ({
  op,
  title,
  group,
  kind: 'row',
  summary: '',
  form
});
const kinds = [
  kind('drop', 'Drop columns', 'Columns'),
  kind('filter', 'Filter rows', 'Rows'),
  kind('dedupe', 'Drop duplicates', 'Rows')
];

function model(over: object): WrangleModel {
  const opening = {
    ...{ opened: { rows: 9, columns: [{}, {}] }, phase: 'ready', source: null, recents: null },
    can: (verb: string) => verb === 'combining.allow'
  };
  const desk = { reads: false, sheet: null, compares: false };
  const plain = {
    title: 'f.csv',
    opening,
    desk,
    steps: [],
    stages: [],
    findings: [],
    looked: 0,
    draft: null,
    kinds,
    isReady: true
  };
  const layout = { hiddenOf: () => 0 };
  const table = {
    sort: [],
    filter: [],
    columns: [{ name: 'a' }],
    total: 336776,
    rows: null,
    writing: null,
    layout
  };
  const history = { canUndo: false, canRedo: true };
  return { changed: new Signal({}), ...plain, table, history, ...over } as unknown as WrangleModel;
}

const actions = {
  insertCode: vi.fn(),
  save: vi.fn(),
  run: vi.fn(),
  pickPath: vi.fn()
} as unknown as IWranglingActions;

describe('the list of steps', () => {
  const stage = { title: '', kind: 'row', columns: [{}], rows: 9, error: null };
  const failing = {
    steps: [{ op: 'drop' }, { op: 'filter' }, { op: 'x', on: false }],
    stages: [
      { ...stage, sentence: 'Drop a', state: 'failed', error: 'There is no column “a”.' },
      { ...stage, sentence: 'Keep rows', state: 'not run' },
      { ...stage, sentence: 'Round b', state: 'off' }
    ]
  };

  it('shows a failure at its step, and what therefore did not run', () => {
    render(<StepList model={model(failing)} trans={trans} actions={actions} />);
    expect(screen.getByRole('alert').textContent).toBe('There is no column “a”.');
    expect(screen.getByText('not run')).toBeTruthy();
    expect(screen.getByText('switched off')).toBeTruthy();
  });

  it('shows code that may not run yet, and allows it', () => {
    const allow = vi.fn();
    const steps = [{ op: 'python', code: 'return df.head(3)' }];
    const forbidden = { error: 'Nobody has allowed it.', reason: 'not_allowed', state: 'failed' };
    const over = { steps, stages: [{ ...stage, ...forbidden, sentence: 'Python' }], allow };
    render(<StepList model={model(over)} trans={trans} actions={actions} />);
    expect(screen.getByText('return df.head(3)').tagName).toBe('PRE');
    fireEvent.click(screen.getByRole('button', { name: 'Allow this code' }));
    expect(allow).toHaveBeenCalledWith(steps[0]);
  });

  it('moves a step with Alt and an arrow key, and deletes it with Delete', () => {
    const [move, remove] = [vi.fn(), vi.fn()];
    render(
      <StepList model={model({ ...failing, move, remove })} trans={trans} actions={actions} />
    );
    const second = screen.getByText('Keep rows');
    fireEvent.keyDown(second, { key: 'ArrowUp', altKey: true });
    fireEvent.keyDown(second, { key: 'Delete' });
    expect([move.mock.calls, remove.mock.calls]).toEqual([[[1, 0]], [[1]]]);
  });
});

describe('the steps to choose from', () => {
  it('are found by their words, those named so first', () => {
    expect(matching(kinds, 'drop').map(({ op }) => op)).toEqual(['drop', 'dedupe']);
    expect(matching(kinds, 'rows drop').map(({ op }) => op)).toEqual(['dedupe']);
  });

  it('are chosen with arrow keys and Enter', () => {
    const onChoose = vi.fn();
    render(<Choices kinds={kinds} trans={trans} onChoose={onChoose} onClose={vi.fn()} />);
    const search = screen.getByRole('combobox');
    fireEvent.keyDown(search, { key: 'ArrowDown' });
    fireEvent.keyDown(search, { key: 'Enter' });
    expect(onChoose.mock.calls[0]?.[0].op).toBe('filter');
  });

  it('take over the column that they are asked for', () => {
    const form = {
      properties: { by: { format: 'column', roles: ['text'] }, columns: { format: 'columns' } }
    };
    const step = kind('x', 'X', 'Columns', form as unknown as StepKind['form']);
    expect(prefilled(step, { name: 'a', role: 'number' })).toEqual({ columns: ['a'] });
    expect(prefilled(step, { name: 'a', role: 'text' })).toEqual({ by: 'a' });
    expect(prefilled(kind('y', 'Y', 'Rows'), { name: 'a', role: 'text' })).toBeNull();
  });
});

describe('the bar', () => {
  it('says how large the table is, and offers only what can be done', () => {
    render(<Bar model={model({})} trans={trans} actions={actions} />);
    expect(screen.getByText(`${(336776).toLocaleString()} × 1`)).toBeTruthy();
    const off = (name: string): boolean =>
      (screen.getByRole('button', { name }) as HTMLButtonElement).disabled;
    expect([off('Undo (Ctrl+Z)'), off('Redo (Ctrl+Shift+Z)'), off('Save')]).toEqual([
      true,
      false,
      true
    ]);
  });
});

describe('the warning', () => {
  it('names what gives the answer away, and drops it', () => {
    const append = vi.fn(async () => undefined);
    const items = [{ column: 'arr_delay', score: 1, reason: 'tells it alone' }];
    const leaks = { found: { target: 'late', rows: 9, items }, aim: vi.fn() };
    render(<LeakWarning model={model({ leaks, append })} trans={trans} />);
    fireEvent.click(screen.getByRole('button', { name: 'Drop these' }));
    expect(append).toHaveBeenCalledWith('drop', { columns: ['arr_delay'] });
  });
});

describe('what a step does', () => {
  it('is said in a line each', () => {
    const preview = {
      added: ['speed'],
      changed: [],
      removed: ['a', 'b'],
      rows_before: 10,
      rows_after: 4
    };
    const draft = { preview } as unknown as Parameters<typeof effects>[0];
    expect(effects(draft, trans).map(({ text }) => text)).toEqual([
      '6 of 10 rows removed',
      'New: speed',
      'Removed: a, b'
    ]);
  });
});
