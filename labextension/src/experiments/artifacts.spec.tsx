import { RenderMimeRegistry, standardRendererFactories } from '@jupyterlab/rendermime';
import { nullTranslator } from '@jupyterlab/translation';
import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, it, vi } from 'vitest';

import type { Api } from '../api';
import { ArtifactsModel, type Artifact, type ArtifactPreview } from './artifact-model';
import { Artifacts } from './artifacts';
import { guarded } from './preview-page';

const trans = nullTranslator.load('');

afterEach(cleanup);

const FOLDERS: Record<string, Artifact[]> = {
  '': [{ path: 'files', name: 'files', kind: 'folder', size: null }],
  files: [{ path: 'files/it', name: 'it', kind: 'file', size: 12 }]
};

function preview(change: Partial<ArtifactPreview>): ArtifactPreview {
  return {
    path: 'files/it',
    name: 'it',
    kind: 'text',
    size: 12,
    language: '',
    location: null,
    text: null,
    cut: false,
    table: null,
    ...change
  };
}

async function shown(change: Partial<ArtifactPreview>): Promise<{ wrangle: unknown }> {
  const GET = async (
    path: string,
    { params }: { params: { query: { path: string } } }
  ): Promise<unknown> => ({
    data: path.endsWith('artifacts') ? { items: FOLDERS[params.query.path] } : preview(change)
  });
  const wrangle = vi.fn(async () => undefined);
  const rendermime = new RenderMimeRegistry({ initialFactories: standardRendererFactories });
  render(
    <Artifacts
      model={new ArtifactsModel({ GET } as unknown as Api, '1')}
      actions={{ address: (_, path) => `save/${path}`, wrangle }}
      rendermime={rendermime}
      trans={trans}
    />
  );
  fireEvent.click(await screen.findByRole('button', { name: 'files' }));
  fireEvent.click(await screen.findByRole('button', { name: 'it' }));
  await screen.findByRole('region', { name: 'it' });
  return { wrangle };
}

it('opens folders, and shows the text of a file', async () => {
  await shown({ text: 'print(1)' });
  expect(screen.getByRole('link', { name: 'Save it' }).getAttribute('href')).toBe('save/files/it');
  expect(screen.getByText('print(1)')).toBeTruthy();
});

it('shows the first rows of a table, and opens all of it in the wrangling panel', async () => {
  const table = {
    columns: [{ name: 'a', type: 'double' }],
    rows: [['1.5'], [null]],
    width: 1,
    total: 900
  };
  const { wrangle } = await shown({ kind: 'table', table });
  expect(screen.getByRole('columnheader').textContent).toBe('adouble');
  expect(screen.getByText('missing')).toBeTruthy();
  expect(screen.getByText('2 × 1 shown of 900 × 1')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Open in Wrangle' }));
  expect(wrangle).toHaveBeenCalledWith('1', 'files/it');
});

it('shows JSON as a tree, also what only Python takes for a number', async () => {
  await shown({ kind: 'json', text: '{"loss": [NaN, -Infinity, 0.5]}' });
  expect(screen.getByText('"NaN"')).toBeTruthy();
  expect(screen.getByText('0.5')).toBeTruthy();
});

it('says what is too large, and what has no preview', async () => {
  await shown({ kind: 'page', size: 9_000_000, cut: true });
  expect(screen.getByText(/too large to be shown/)).toBeTruthy();
});

it('shows a page in a frame of its own, whose scripts run only if somebody lets them', async () => {
  URL.createObjectURL = () => 'blob:page';
  URL.revokeObjectURL = () => undefined;
  await shown({ kind: 'page', text: '<script>parent.document.title = "taken"</script>' });
  const frame = (): string | null | undefined =>
    document.querySelector('iframe')?.getAttribute('sandbox');
  expect(frame()).toBe('');
  fireEvent.click(screen.getByRole('button', { name: 'Run Scripts' }));
  expect(frame()).toBe('allow-scripts');
});

it('puts the rules of a page in front of everything in it', () => {
  const rules = '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="none">';
  expect(guarded('<!DOCTYPE html>\n<p>', 'none')).toBe(`<!DOCTYPE html>${rules}\n<p>`);
  expect(guarded('<p>', 'none')).toBe(`${rules}<p>`);
});
