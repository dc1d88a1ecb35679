import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api, Schemas } from '../api';
import type { IModelActions } from './actions';
import { Asked } from './asked';
import { Detail } from './detail';
import { kin, neighbours } from './nodes';
import { LineageModel } from './origin';
import { moved, PromoteFields } from './promote';
import { VersionsModel } from './versions';

const trans = nullTranslator.load('jupyter_mlstudio');
const AT = '2026-01-01T10:00:00Z';

function version(number: number, tags: Record<string, string> = {}): Schemas['ModelVersion'] {
  return {
    name: 'late',
    version: number,
    state: 'ready',
    message: '',
    description: '',
    tags,
    aliases: number === 1 ? ['champion'] : [],
    run_id: `run${number}`,
    model_id: 'm',
    source: 'models:/m',
    created_at: AT,
    updated_at: AT
  };
}

const LINEAGE: Schemas['Lineage'] = {
  focus: 'version:late/1',
  left_out: 0,
  nodes: (['data:d', 'run:r', 'version:late/1', 'version:late/2'] as const).map(id => ({
    id,
    kind: id.split(':')[0] as 'data',
    key: id.split(':')[1] ?? '',
    title: id,
    subtitle: '',
    state: '',
    at: null,
    path: null
  })),
  links: [
    { source: 'data:d', target: 'run:r', label: 'training' },
    { source: 'run:r', target: 'version:late/1', label: '' },
    { source: 'run:r', target: 'version:late/2', label: '' }
  ]
};

const ANSWERS: Record<string, unknown> = {
  '/registry/models/{name}': {
    name: 'late',
    description: '',
    tags: {},
    aliases: [{ alias: 'champion', version: 1 }],
    versions: 2,
    latest_version: 2,
    created_at: AT,
    updated_at: AT
  },
  '/registry/models/{name}/versions': { items: [version(2), version(1, { stage: 'production' })] },
  '/registry/models/{name}/overview': {
    items: [
      { version: 2, stage: '', value: 0.6, run_name: 'bad', served_by: [] },
      {
        version: 1,
        stage: 'production',
        value: 0.9,
        run_name: 'good',
        served_by: [{ id: 'e', name: 'endpoint', state: 'ready' }]
      }
    ],
    metric: 'auc',
    better: 'higher',
    metrics: ['auc']
  },
  '/registry/models/{name}/comparison': {
    versions: [1, 2],
    runs: ['run1', 'run2'],
    rows: [
      { kind: 'metric', name: 'auc', values: [0.9, 0.6], same: false },
      { kind: 'param', name: 'depth', values: ['3', '3'], same: true }
    ]
  },
  '/registry/lineage': LINEAGE
};

function actionsWith(changes: Partial<IModelActions> = {}): IModelActions {
  const nothing = (): void => undefined;
  return {
    deploy: nothing,
    openRun: nothing,
    openEndpoint: nothing,
    compareRuns: nothing,
    openNode: () => null,
    address: () => 'models:/late/1',
    promote: nothing,
    exportVersion: nothing,
    importVersion: nothing,
    removeVersion: nothing,
    remove: nothing,
    draw: (text, into) => void (into.textContent = text),
    download: nothing,
    attempt: change => void change,
    ...changes
  };
}

async function shown(
  changes: Partial<IModelActions> = {},
  api: object = {}
): Promise<VersionsModel> {
  const GET = vi.fn(async (path: string) => ({ data: ANSWERS[path] }));
  const model = new VersionsModel({ GET, ...api } as unknown as Api, 'late', 1);
  await model.refresh();
  const view = render(<Detail model={model} actions={actionsWith(changes)} trans={trans} />);
  model.stateChanged.connect(() =>
    view.rerender(<Detail model={model} actions={actionsWith(changes)} trans={trans} />)
  );
  return model;
}

afterEach(cleanup);

it('shows versions with stage, metric, run and endpoint, and narrows them down by stage', async () => {
  const openEndpoint = vi.fn();
  const model = await shown({ openEndpoint });
  expect(
    screen.getByRole('row', { name: /champion Production 0.9 good .* endpoint/ })
  ).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: /endpoint/ }));
  expect(openEndpoint).toHaveBeenCalledWith('e');
  model.stage = 'production';
  expect(model.shown.map(each => each.version)).toEqual([1]);
});

it('changes the stage at once, as a tag', async () => {
  const PATCH = vi.fn(() => new Promise<void>(() => undefined));
  const model = await shown({}, { PATCH });
  fireEvent.change(screen.getByLabelText('Stage of version 1'), { target: { value: 'archived' } });
  expect(model.chosen?.tags).toEqual({ stage: 'archived' });
  expect(PATCH.mock.calls[0]?.[1 as never]).toMatchObject({
    body: { tags: { stage: 'archived' } }
  });
});

it('compares what is ticked, and leads to the comparison of the runs', async () => {
  const compareRuns = vi.fn();
  await shown({ compareRuns });
  fireEvent.click(screen.getByRole('tab', { name: 'Compare' }));
  expect(screen.getByText('Tick two or more versions in the table to compare them.')).toBeTruthy();
  fireEvent.click(screen.getByLabelText('Compare version 1'));
  fireEvent.click(screen.getByLabelText('Compare version 2'));
  expect(await screen.findByRole('row', { name: 'auc 0.9 0.6 −0.3' })).toBeTruthy();
  expect(screen.queryByText('depth')).toBeNull();
  fireEvent.click(screen.getByLabelText('Also what is the same (1)'));
  expect(screen.getByText('depth')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Compare the runs' }));
  expect(compareRuns).toHaveBeenCalledWith(['run1', 'run2']);
});

it('lists the lineage for the keyboard and opens what is chosen', async () => {
  const open = vi.fn();
  await shown({ openNode: () => open });
  fireEvent.click(screen.getByRole('tab', { name: 'Lineage' }));
  fireEvent.click(await screen.findByRole('button', { name: 'List' }));
  const data = screen.getByRole('button', { name: 'data:d' });
  fireEvent.keyDown(data, { key: 'Enter' });
  expect(open).toHaveBeenCalled();
});

it('walks through lineages and back', async () => {
  const asked: string[] = [];
  const GET = vi.fn(
    async (...[, options]: [string, { params: { query: Record<string, string> } }]) => {
      const { kind, key } = options.params.query;
      asked.push(`${kind}:${key}`);
      return { data: LINEAGE };
    }
  );
  const model = new LineageModel({ GET } as unknown as Api);
  await model.begin('version:late/1');
  expect([model.selected?.id, model.mayGoBack]).toEqual(['version:late/1', false]);
  await model.walk('data:a:b');
  expect(model.mayGoBack).toBe(true);
  await model.back();
  expect(asked).toEqual(['version:late/1', 'data:a:b', 'version:late/1']);
});

it('knows what a thing has to do with', () => {
  expect([...kin(LINEAGE, 'version:late/1')].sort()).toEqual(['data:d', 'run:r', 'version:late/1']);
  expect(neighbours(LINEAGE, 'run:r').to.map(({ id }) => id)).toEqual([
    'version:late/1',
    'version:late/2'
  ]);
});

it('shows only the newest answer', async () => {
  const asked = new Asked<number>();
  let late: (value: number) => void = () => undefined;
  const first = asked.ask('a', async () => new Promise<number>(resolve => (late = resolve)));
  await asked.ask('a', async () => 2);
  late(1);
  await first;
  expect(asked.value).toBe(2);
});

it('says what promoting changes, and allows what is worse only if that is meant', async () => {
  const ahead: Schemas['Promotion'] = {
    name: 'late',
    alias: 'champion',
    before: 1,
    version: 2,
    endpoints: [{ id: 'e', name: 'endpoint', state: 'ready', serves: [1] }],
    gate: {
      metric: 'auc',
      better: 'higher',
      before: 0.9,
      after: 0.6,
      passed: false,
      reason: 'Worse.'
    },
    done: false
  };
  const onMay = vi.fn();
  render(
    <PromoteFields
      first={{ alias: 'champion', metric: 'auc', force: false }}
      aliases={['champion']}
      metrics={['auc']}
      look={async () => ahead}
      onChange={() => undefined}
      onMay={onMay}
      trans={trans}
    />
  );
  expect(await screen.findByText('champion moves from version 1 to version 2.')).toBeTruthy();
  expect(screen.getByText('Endpoint endpoint rolls from version 1 to 2.')).toBeTruthy();
  expect(onMay).toHaveBeenLastCalledWith(false);
  fireEvent.click(screen.getByLabelText('Promote it all the same'));
  expect(onMay).toHaveBeenLastCalledWith(true);
  expect(moved('best', null, 3, trans)).toBe('best is new, and will stand for version 3.');
});
