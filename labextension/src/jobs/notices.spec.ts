import { expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { JobsModel, type Job } from './model';
import { Notices, type Memory } from './notices';
import { SweepsModel } from './sweeps';
import { job } from './testing';

function memory(): Memory {
  const kept = new Map<string, string>();
  return {
    getItem: key => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value)
  };
}

interface IPage {
  jobs: JobsModel;
  notices: Notices;
  ended: string[];
  failed: string[];
}

function open(state: { jobs: Job[] }, tab: Memory, browser: Memory): IPage {
  const api = { GET: vi.fn(async () => ({ data: { items: state.jobs } })) } as unknown as Api;
  const [ended, failed]: [string[], string[]] = [[], []];
  const jobs = new JobsModel(api);
  const notices = new Notices(jobs, new SweepsModel(api), tab, browser, {
    ended: ({ id }) => ended.push(id),
    failed: found => failed.push(...found.map(({ id }) => id)),
    swept: () => undefined
  });
  return { jobs, notices, ended, failed };
}

it('tells of the end of a job that was started here, once, also after a reload', async () => {
  const [tab, browser] = [memory(), memory()];
  const state = { jobs: [job({ id: 'a', state: 'running', ended_at: null }), job({ id: 'b' })] };
  const before = open(state, tab, browser);
  before.notices.started('a');
  await before.jobs.refresh();
  expect(before.ended).toEqual([]);
  before.notices.dispose();
  const after = open(state, tab, browser);
  state.jobs = [job({ id: 'a' }), job({ id: 'b' })];
  await after.jobs.refresh();
  await after.jobs.refresh();
  expect(after.ended).toEqual(['a']);
  const again = open(state, tab, browser);
  await again.jobs.refresh();
  expect(again.ended).toEqual([]);
});

it('tells once of a scheduled job that has failed since, in one tab or another', async () => {
  const browser = memory();
  const later = new Date(Date.now() + 1000).toISOString();
  const owner = { kind: 'schedule', id: 's', node: null } as const;
  const state = { jobs: [job({ id: 'old', state: 'failed', owner })] };
  const one = open(state, memory(), browser);
  const other = open(state, memory(), browser);
  await one.jobs.refresh();
  expect(one.failed).toEqual([]);
  state.jobs = [job({ id: 'new', state: 'failed', ended_at: later, owner }), ...state.jobs];
  await one.jobs.refresh();
  await other.jobs.refresh();
  await one.jobs.refresh();
  expect([one.failed, other.failed]).toEqual([['new'], []]);
});
