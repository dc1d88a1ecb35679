import { nullTranslator } from '@jupyterlab/translation';
import { expect, it, vi } from 'vitest';

import { Badge, byCell, type NotebookRun } from './badge';

const trans = nullTranslator.load('');

function made(id: string, change: Partial<NotebookRun> = {}): NotebookRun {
  return {
    run_id: id,
    cell_id: 'a',
    name: `run ${id}`,
    experiment: 'late flights',
    parent: null,
    job: null,
    state: 'finished',
    metric: 'auc',
    value: 0.93,
    at: new Date(Date.now() - 120_000).toISOString(),
    ended_at: null,
    newest: false,
    stale: [],
    ...change
  };
}

function badge(): { badge: Badge; open: ReturnType<typeof vi.fn> } {
  const open = vi.fn();
  const actions = { open, compare: null, openNotebook: vi.fn(), runAgain: vi.fn() };
  return { badge: new Badge(actions, trans), open };
}

it('finds the newest run of each cell; one that is a part of another does not stand for it', () => {
  const runs = [
    made('4', { parent: '3' }),
    made('3'),
    made('2', { cell_id: null }),
    made('1', { cell_id: 'b', parent: '3' })
  ];
  const found = byCell(runs);
  expect([...found].map(([cell, { newest }]) => [cell, newest.run_id])).toEqual([
    ['a', '3'],
    ['b', '1']
  ]);
});

it('tells metric, age and how many runs there are, and opens the newest', () => {
  const { badge: shown, open } = badge();
  const [newest, older] = [made('2'), made('1')];
  shown.show({ newest, all: [newest, older] }, false);
  const opener = shown.node.querySelector('button');
  expect(opener?.getAttribute('aria-label')).toBe('Run run 2: auc 0.93, 2 minutes ago, 2 runs');
  opener?.click();
  expect(open).toHaveBeenCalledWith('2');
});

it('tells that a run is running, and that its result may not hold any more', () => {
  const { badge: shown } = badge();
  const running = made('1', { state: 'running', metric: null });
  shown.show({ newest: running, all: [running] }, false);
  expect(shown.node.textContent).toBe('run 1running');
  const stale = made('1', { stale: ['data.csv was edited since.'] });
  shown.show({ newest: stale, all: [stale] }, true);
  expect(shown.node.classList.contains('jp-mod-stale')).toBe(true);
  expect(shown.node.querySelector('button')?.title).toContain(
    'The cell has been edited since.\ndata.csv was edited since.'
  );
});
