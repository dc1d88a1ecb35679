import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunRow } from './store';

/** The name of a state. */
export function stateLabel(state: RunRow['state'], trans: TranslationBundle): string {
  return {
    scheduled: trans.__('Scheduled'),
    running: trans.__('Running'),
    finished: trans.__('Finished'),
    failed: trans.__('Failed'),
    killed: trans.__('Stopped')
  }[state];
}

/** Code that begins to track: complete, so that it runs as it is. */
export const SNIPPET = `from jupyter_mlstudio import Studio

studio = Studio.open()

with studio.track("my experiment", name="first run") as run:
    run.log_params({"learning_rate": 0.1})
    for epoch in range(10):
        run.log_metric("loss", 1 / (epoch + 1), step=epoch)
`;
