import type { TranslationBundle } from '@jupyterlab/translation';

import type { By } from './plot-curves-shape';

/** What curves can be drawn over. */
export function overWords(trans: TranslationBundle): { value: By; label: string }[] {
  return [
    { value: 'step', label: trans.__('Step') },
    { value: 'relative', label: trans.__('Time since start') },
    { value: 'time', label: trans.__('Time') }
  ];
}

/** What the columns that every run has are called. */
export function ownNames(trans: TranslationBundle): Record<string, string> {
  return {
    name: trans.__('Name'),
    experiment: trans.__('Experiment'),
    state: trans.__('State'),
    notebook: trans.__('Notebook'),
    started: trans.__('Started'),
    duration: trans.__('Duration (ms)')
  };
}
