import { nullTranslator } from '@jupyterlab/translation';
import { expect, it, vi } from 'vitest';

import { ApiError, type Api, type Schemas } from '../api';
import { RegistryModel } from './model';
import { consequence } from './register';
import { VersionsModel } from './versions';

const trans = nullTranslator.load('jupyter_mlstudio');

function registered(name: string, aliases: Schemas['Alias'][] = []): Schemas['RegisteredModel'] {
  return {
    name,
    description: '',
    tags: { team: 'flights' },
    aliases,
    versions: 2,
    latest_version: 2,
    created_at: '2026-01-01T10:00:00Z',
    updated_at: '2026-01-01T10:00:00Z'
  };
}

function version(number: number, aliases: string[] = []): Schemas['ModelVersion'] {
  return {
    name: 'late',
    version: number,
    state: 'ready',
    message: '',
    description: '',
    tags: {},
    aliases,
    run_id: 'r',
    model_id: 'm',
    source: 'models:/m',
    created_at: '2026-01-01T10:00:00Z',
    updated_at: '2026-01-01T10:00:00Z'
  };
}

function versionsOf(change: Partial<Record<'PUT' | 'DELETE', unknown>> = {}): VersionsModel {
  const GET = async (path: string): Promise<unknown> => ({
    data: path.endsWith('/versions')
      ? { items: [version(2), version(1, ['champion'])] }
      : registered('late')
  });
  return new VersionsModel({ GET, ...change } as unknown as Api, 'late', null);
}

it('finds models by name, alias and tag', async () => {
  const items = [registered('late', [{ alias: 'champion', version: 1 }]), registered('price')];
  const model = new RegistryModel({ GET: async () => ({ data: { items } }) } as unknown as Api);
  await model.refresh();
  model.search = 'CHAMP';
  expect(model.shown).toEqual([items[0]]);
  model.search = 'team flights';
  expect(model.shown).toEqual(items);
});

it('shows a moved alias at once and asks again when the server has moved it', async () => {
  let moved = (): void => undefined;
  const PUT = vi.fn(() => new Promise<void>(resolve => (moved = resolve)));
  const model = versionsOf({ PUT });
  await model.refresh();
  const change = model.setAlias('champion', 2);
  expect(model.versions.map(({ aliases }) => aliases)).toEqual([['champion'], []]);
  moved();
  await change;
  expect(model.versions.map(({ aliases }) => aliases)).toEqual([[], ['champion']]);
});

it('takes back what the server refused', async () => {
  const PUT = vi.fn(async () => Promise.reject(new Error('Aliases must not begin with v.')));
  const model = versionsOf({ PUT });
  await model.refresh();
  await expect(model.setAlias('v1', 2)).rejects.toThrow('Aliases must not begin with v.');
  expect(model.versions[0]?.aliases).toEqual([]);
});

it('knows that a model is gone', async () => {
  const GET = async (): Promise<never> => {
    throw new ApiError('There is no registered model late.', 'not_found', 404);
  };
  const model = new VersionsModel({ GET } as unknown as Api, 'late', null);
  await model.refresh();
  expect(model.gone).toBe(true);
});

it('says what registering under a name makes', () => {
  const models = [registered('late')];
  expect(consequence('late', models, trans)).toBe('Becomes version 3 of this model.');
  expect(consequence('new', models, trans)).toBe('A new registered model.');
  expect(consequence(' ', models, trans)).toBe('Give the model a name.');
});
