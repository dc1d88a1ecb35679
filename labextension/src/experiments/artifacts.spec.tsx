import { nullTranslator } from '@jupyterlab/translation';
import { fireEvent, render, screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import type { Api } from '../api';
import { Artifacts } from './artifacts';
import { RunModel, type Artifact } from './run';

const FOLDERS: Record<string, Artifact[]> = {
  '': [{ path: 'environment', name: 'environment', kind: 'folder', size: null }],
  environment: [{ path: 'environment/cells.py', name: 'cells.py', kind: 'file', size: 12 }]
};

it('opens folders, and shows the text of a file', async () => {
  const GET = async (
    path: string,
    { params }: { params: { query: { path: string } } }
  ): Promise<unknown> => ({
    data: path.endsWith('artifacts')
      ? { items: FOLDERS[params.query.path] }
      : new Blob(['print(1)'], { type: 'text/plain' })
  });
  const model = new RunModel({ GET } as unknown as Api, '1');
  const trans = nullTranslator.load('');
  const tree = (): React.JSX.Element => (
    <Artifacts model={model} trans={trans} address={path => `save/${path}`} />
  );
  await model.toggleFolder('');
  await model.toggleFolder('');
  const { rerender } = render(tree());
  await model.toggleFolder('environment');
  rerender(tree());
  expect(screen.getByRole('link', { name: 'Save cells.py' }).getAttribute('href')).toBe(
    'save/environment/cells.py'
  );
  fireEvent.click(screen.getByRole('button', { name: 'cells.py' }));
  expect(screen.getByRole('button', { name: 'environment' })).toBeTruthy();
});
