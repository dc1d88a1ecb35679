import { nullTranslator } from '@jupyterlab/translation';
import { expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { partsOf } from './alerts';
import { AlertsModel, type Alert } from './model';
import { ANSWERS, MonitorModel, shownColumn } from './monitor';
import { complete, planOf, problemOf, withPlan } from './settings';
import { monitor, report } from './testing';

const trans = nullTranslator.load('jupyter_mlstudio');

function alert(id: string, change: Partial<Alert> = {}): Alert {
  return {
    id,
    endpoint_id: 'id-late',
    endpoint: 'late',
    kind: 'columns',
    sentence: 'carrier has drifted.',
    columns: ['carrier'],
    report_id: 'r2',
    number: 1,
    at: '2026-01-01T10:00:00Z',
    ended_at: null,
    seen: false,
    told: '',
    ...change
  };
}

it('tells of an alert once, and not of those that were there before', async () => {
  const GET = vi.fn();
  const model = new AlertsModel({ GET } as unknown as Api);
  GET.mockResolvedValueOnce({ data: { items: [alert('a')] } });
  expect(await model.refresh()).toEqual([]);
  GET.mockResolvedValue({ data: { items: [alert('b'), alert('c', { seen: true }), alert('a')] } });
  expect((await model.refresh()).map(({ id }) => id)).toEqual(['b']);
  expect(await model.refresh()).toEqual([]);
  expect(model.unseen.map(({ id }) => id)).toEqual(['b', 'a']);
});

it('shows what has drifted most, or what was chosen, or the answers', () => {
  const checked = report();
  expect(shownColumn(checked, null)?.name).toBe('carrier');
  expect(shownColumn(checked, 'distance')?.name).toBe('distance');
  expect(shownColumn(checked, 'gone')?.name).toBe('carrier');
  expect(shownColumn(checked, ANSWERS)).toBe(checked.prediction);
});

it('shows an earlier check until another one is made', async () => {
  const answers: Record<string, unknown> = {
    '/monitoring/monitors/{id}': monitor(),
    '/monitoring/monitors/{id}/reports': { items: [] },
    '/monitoring/monitors/{id}/reports/{report}': report({ id: 'r1' })
  };
  const GET = async (path: string): Promise<unknown> => ({ data: answers[path] });
  const POST = vi.fn(async () => ({ data: undefined }));
  const model = new MonitorModel({ GET, POST } as unknown as Api, 'id-late');
  await model.refresh();
  await model.choose('r1');
  expect([model.report?.id, model.isPast]).toEqual(['r1', true]);
  await model.check();
  expect([model.report?.id, model.isPast, model.checking]).toEqual(['r2', false, false]);
});

it('checks on one plan at a time and says what is wrong with it', () => {
  const settings = complete({ every_minutes: 30, attribution: true });
  expect(planOf(settings)).toBe('every');
  const daily = { ...settings, ...withPlan('cron') };
  expect([planOf(daily), daily.every_minutes]).toEqual(['cron', null]);
  expect(problemOf(daily, trans)).toBeNull();
  expect(problemOf({ ...daily, cron: ' ' }, trans)).toContain('Write the times');
  expect(problemOf({ ...daily, webhook: 'ftp://x' }, trans)).toContain('http');
  const loose = { ...daily.thresholds, psi: 0 };
  expect(problemOf({ ...daily, thresholds: loose }, trans)).toContain('more than 0');
});

it('makes links of the columns that a sentence names', () => {
  expect(partsOf('Different: carrier, wind.', ['carrier', 'wind'])).toEqual([
    { text: 'Different: ', isColumn: false },
    { text: 'carrier', isColumn: true },
    { text: ', ', isColumn: false },
    { text: 'wind', isColumn: true },
    { text: '.', isColumn: false }
  ]);
  expect(partsOf('Worse answers.', ['x'])).toEqual([{ text: 'Worse answers.', isColumn: false }]);
});
