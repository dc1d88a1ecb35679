import { expect, it } from 'vitest';

import { dots, line } from './sparkline';
import { wholeWindow } from './traffic';

const point = (at: string) => ({
  at,
  requests: 3,
  errors: 1,
  rows: 3,
  p50_ms: 1,
  p99_ms: 2,
  workers: 1,
  memory_mb: 12,
  cpu: 30
});

it('puts quiet moments before a short history, so that the time axis is always the same', () => {
  const history = [point('2026-01-01T10:00:00.000Z'), point('2026-01-01T10:00:10.000Z')];
  const whole = wholeWindow(history, 40_000);
  expect(whole).toHaveLength(4);
  expect(whole.slice(2)).toEqual(history);
  expect(whole[0]).toEqual({
    at: '2026-01-01T09:59:40.000Z',
    requests: 0,
    errors: 0,
    rows: 0,
    p50_ms: null,
    p99_ms: null,
    workers: 0,
    memory_mb: 0,
    cpu: 0
  });
});

it('interrupts a line where there is no value, and shows a lone value as a dot', () => {
  const values = [1, 1, null, 1, null];
  expect(line(values, 1).match(/M/g)).toHaveLength(1);
  expect(dots(values, 1).match(/M/g)).toHaveLength(1);
});
