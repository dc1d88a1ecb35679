import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import type { IPartProps, IRunActions } from './detail';
import { Note, Tags } from './detail-edit';
import { Values } from './detail-values';
import { RunModel, type Run } from './run';

const trans = nullTranslator.load('');

afterEach(cleanup);

const RUN = {
  id: '1',
  name: 'forest',
  note: '',
  tags: { team: 'blue' },
  children: []
} as unknown as Run;

function values(count: number): { name: string; value: string }[] {
  return Array.from({ length: count }, (_, index) => ({ name: `p${index}`, value: `v${index}` }));
}

function props(PATCH: () => Promise<unknown>): IPartProps {
  const GET = async (): Promise<unknown> => ({ data: RUN });
  return {
    model: new RunModel({ GET, PATCH } as unknown as Api, '1'),
    run: RUN,
    actions: {} as IRunActions,
    rendermime: new RenderMimeRegistry({ initialFactories: standardRendererFactories }),
    trans
  } as unknown as IPartProps;
}

it('keeps only the params in sight in the page, however many there are', () => {
  render(<Values values={values(12_000)} label={trans.__('Params')} trans={trans} />);
  fireEvent.click(screen.getByRole('button', { name: 'Show all 12,000' }));
  expect(screen.getAllByRole('term').length).toBeLessThan(60);
  fireEvent.scroll(screen.getByRole('region', { name: 'Params' }), {
    target: { scrollTop: 24 * 6000 }
  });
  expect(screen.getByText('p6005')).toBeTruthy();
  fireEvent.change(screen.getByRole('searchbox'), { target: { value: 'p11999' } });
  expect(screen.getAllByRole('term').map(term => term.textContent)).toEqual(['p11999']);
});

it('lists names in the order in which people count', () => {
  render(<Values values={values(11).reverse()} label={trans.__('Params')} trans={trans} />);
  expect(screen.getAllByRole('term').map(term => term.textContent)).toEqual(
    values(11).map(({ name }) => name)
  );
});

it('saves a note by the keyboard, and says why it could not', async () => {
  const PATCH = vi.fn(async () => {
    throw new Error('The store is read-only.');
  });
  render(<Note {...props(PATCH)} />);
  fireEvent.click(screen.getByRole('button', { name: 'Add a note' }));
  const field = screen.getByRole('textbox', { name: 'Note, as Markdown' });
  fireEvent.change(field, { target: { value: '**better**' } });
  fireEvent.keyDown(field, { key: 'Enter', ctrlKey: true });
  expect((await screen.findByRole('alert')).textContent).toBe('The store is read-only.');
  const [, asked] = PATCH.mock.calls[0] as unknown as [string, { body: object }];
  expect(asked.body).toEqual({ note: '**better**' });
});

it('changes, adds and removes tags where they stand', async () => {
  const PATCH = vi.fn(async () => ({ data: RUN }));
  render(<Tags {...props(PATCH)} />);
  fireEvent.click(screen.getByRole('button', { name: 'blue' }));
  const field = screen.getByRole('textbox', { name: 'Value of team' });
  fireEvent.change(field, { target: { value: 'red' } });
  fireEvent.keyDown(field, { key: 'Enter' });
  fireEvent.click(screen.getByRole('button', { name: 'Remove the tag team' }));
  fireEvent.change(screen.getByRole('textbox', { name: 'Name of a new tag' }), {
    target: { value: 'stage' }
  });
  fireEvent.click(screen.getByRole('button', { name: 'Add' }));
  await waitFor(() => expect(PATCH).toHaveBeenCalledTimes(3));
  const bodies = (PATCH.mock.calls as unknown as [string, { body: object }][]).map(
    ([, { body }]) => body
  );
  expect(bodies).toEqual([
    { tags: { team: 'red' } },
    { tags: { team: null } },
    { tags: { stage: '' } }
  ]);
});
