import { nullTranslator } from '@jupyterlab/translation';
import { Signal } from '@lumino/signaling';
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';

import { Lists } from './sidebar';
import type { DataModel } from './sidebar-model';

afterEach(cleanup);

const trans = nullTranslator.load('jupyter_mlstudio');
const actions = { openFile: () => {}, openFrame: () => {}, openPath: () => {} };

function show(told: Partial<DataModel>): void {
  const model = {
    changed: new Signal<object, void>({}),
    frames: [],
    files: [],
    recipes: [],
    problem: null,
    notebook: 'work/analysis.ipynb',
    lacksPackage: false,
    ...told
  } as unknown as DataModel; // a plain object in the model's place
  render(<Lists model={model} actions={actions} trans={trans} />);
}

describe('the lists of the Data sidebar', () => {
  it('say what to do when the kernel lacks the package', () => {
    show({ lacksPackage: true });
    expect(screen.getByText('DataFrames of analysis.ipynb')).toBeTruthy();
    expect(screen.getByText(/run %pip install jupyter-mlstudio/)).toBeTruthy();
  });

  it('say what will be listed while there is nothing', () => {
    show({});
    expect(screen.getByText('Nothing to wrangle here')).toBeTruthy();
    expect(screen.queryByText(/pip install/)).toBeNull();
  });
});
