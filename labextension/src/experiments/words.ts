import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';
import { number } from '../ui';

/** The name of a state. */
export function stateLabel(state: Schemas['RunRow']['state'], trans: TranslationBundle): string {
  return {
    scheduled: trans.__('Scheduled'),
    running: trans.__('Running'),
    finished: trans.__('Finished'),
    failed: trans.__('Failed'),
    killed: trans.__('Stopped')
  }[state];
}

/** Tell how long a run took, or has taken until now, in milliseconds. */
export function lasted(
  { started_at, ended_at }: Pick<Schemas['RunRow'], 'started_at' | 'ended_at'>,
  now = Date.now()
): number {
  return Math.max(0, (ended_at ? Date.parse(ended_at) : now) - Date.parse(started_at));
}

/** Write a logged value: numbers with sensible digits, nothing as a dash, what is no number in its sign. */
export function valueText(value: number | string | null | undefined): string {
  if (typeof value === 'string') {
    return { Infinity: '∞', '-Infinity': '−∞' }[value] ?? value;
  }
  return number(value);
}

/** Code that begins to track: complete, so that it runs as it is. */
export const SNIPPET = `from jupyter_mlstudio import Studio

studio = Studio.open()

with studio.track("my experiment", name="first run") as run:
    run.log_params({"learning_rate": 0.1})
    for epoch in range(10):
        run.log_metric("loss", 1 / (epoch + 1), step=epoch)
`;
