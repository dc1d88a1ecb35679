import { expect, it } from 'vitest';

import { cronOf, readCron } from './cron';

it.each([
  ['15 * * * *', 'hour'],
  ['30 7 * * *', 'day'],
  ['0 18 * * 1-5', 'week'],
  ['5 9 * * 0,6', 'week'],
  ['0 3 28 * *', 'month']
])('shows %s in the builder and writes it again', (cron, every) => {
  const parts = readCron(cron);
  expect([parts.every, cronOf(parts)]).toEqual([every, cron]);
});

it.each(['*/5 * * * *', '0 7 1 * 1', '@daily', '0 7 * 3 *', 'nonsense', '99 7 * * *'])(
  'leaves %s to the text',
  cron => {
    expect([readCron(cron).every, cronOf(readCron(cron))]).toEqual(['own', null]);
  }
);
