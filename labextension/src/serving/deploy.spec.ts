import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';

import { Candidates } from './candidates';
import { choiceOf, deploySpec, endpointName, isComplete, rollSpec, withOrigin } from './choice';
import { consequence } from './deploy-form';
import { outcomeOf } from './follow-up';
import { candidate, deployment, endpoint } from './testing';

const trans = nullTranslator.load('jupyter_mlstudio');
const version = (number: number) =>
  candidate(`late-flights ${number}`, { model: { name: 'late-flights', version: number } });
const run = candidate('tree of a run', { run_id: 'r' });

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

it('knows a canary as soon as it has its part', () => {
  const traffic = [
    { number: 1, model: '', weight: 90, shadow: false },
    { number: 2, model: '', weight: 10, shadow: false }
  ];
  expect(outcomeOf(endpoint('late', { traffic }), 2)).toBe('ready');
});

it('chooses what was asked for, or the newest', () => {
  const known = new Candidates([version(2), version(1)], [run]);
  expect(known.first({})).toEqual(version(2));
  expect(known.first({ name: 'late-flights', version: 1 })).toEqual(version(1));
  expect(known.first({ run_id: 'r' })).toEqual(run);
  expect(known.first({ run_id: 'other' })).toBeUndefined();
  expect(known.next(deployment(2))).toEqual(version(1));
  expect(known.next(null)).toEqual(version(2));
});

it('asks for a part of the traffic only where somebody has the rest', () => {
  const choice = { ...choiceOf(version(2), null), endpoint: 'late', part: 'canary' as const };
  expect(deploySpec(choice, false, undefined)).toEqual({
    model: { name: 'late-flights', version: 2 },
    trust: false,
    endpoint: 'late',
    port: null
  });
  expect(rollSpec(choice, true)).toEqual({
    model: { name: 'late-flights', version: 2 },
    trust: true,
    weight: 10
  });
  expect(rollSpec({ ...choice, part: 'shadow' }, false)).toMatchObject({ shadow: true });
});

it('makes a new endpoint serverless and lets it capture, but leaves one that exists as it is', () => {
  const choice = { ...choiceOf(run, null), endpoint: 'late', serverless: true, captured: 20 };
  expect(deploySpec(choice, false, undefined)).toMatchObject({
    run_id: 'r',
    scaling: { min_workers: 0, idle_seconds: 60 },
    capture: { share: 0.2 }
  });
  expect(deploySpec(choice, false, endpoint('late'))).not.toHaveProperty('scaling');
});

it('deploys a folder as well, once its path is written', () => {
  const choice = withOrigin(choiceOf(run, null), 'file', new Candidates([], [run]));
  expect(isComplete(choice)).toBe(false);
  const written = { ...choice, folder: ' models/late ' };
  expect(isComplete(written)).toBe(true);
  expect(rollSpec(written, false)).toEqual({ folder: 'models/late', trust: false });
});
