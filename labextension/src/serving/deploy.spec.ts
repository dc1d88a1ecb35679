import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import { Candidates, type ICandidate } from './candidates';
import { outcomeOf } from './deploy';
import { consequence, endpointName } from './deploy-form';
import { deployment, endpoint } from './testing';

const trans = nullTranslator.load('jupyter_mlstudio');

it('makes a name for the endpoint that the server accepts', () => {
  expect(endpointName('late-flights')).toBe('late-flights');
  expect(endpointName('Verspätete Flüge (neu)')).toBe('Verspa-tete-Flu-ge-neu');
  expect(endpointName('///')).toBe('model');
  expect(endpointName('x'.repeat(100))).toHaveLength(63);
});

it('says what deploying under a name will do', () => {
  const endpoints = [endpoint('late'), endpoint('early', { state: 'stopped' })];
  expect(consequence('new', endpoints, trans)).toBe('A new endpoint starts on this machine.');
  expect(consequence('late', endpoints, trans)).toContain('without losing a request');
  expect(consequence('early', endpoints, trans)).toContain('starts again');
  expect(consequence('-', endpoints, trans)).toContain('Use letters');
});

it('knows when a deployment answers and when it never will', () => {
  const rolling = endpoint('late', { rolling_to: deployment(2) });
  expect(outcomeOf(endpoint('late'), 1)).toBe('ready');
  expect(outcomeOf(rolling, 2)).toBe('waiting');
  expect(outcomeOf(endpoint('late'), 2)).toBe('failed');
  expect(outcomeOf(endpoint('late', { state: 'starting', deployment: null }), 1)).toBe('waiting');
  expect(outcomeOf(endpoint('late', { state: 'failed', deployment: null }), 1)).toBe('failed');
});

it('chooses what was asked for, or the newest', () => {
  const candidate = (label: string, source: ICandidate['source']): ICandidate => ({
    key: label,
    label,
    name: 'late-flights',
    createdAt: null,
    source
  });
  const version = (number: number): ICandidate =>
    candidate(`late-flights ${number}`, { model: { name: 'late-flights', version: number } });
  const run = candidate('tree of a run', { run_id: 'r' });
  const known = new Candidates([version(2), version(1)], [run]);
  expect(known.first({})).toEqual(version(2));
  expect(known.first({ name: 'late-flights', version: 1 })).toEqual(version(1));
  expect(known.first({ run_id: 'r' })).toEqual(run);
  expect(known.first({ run_id: 'other' })).toBeUndefined();
  expect(known.next(deployment(2))).toEqual(version(1));
  expect(known.next(null)).toEqual(version(2));
});
