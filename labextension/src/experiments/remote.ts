import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Poll } from '@lumino/polling';

import type { IStudio } from '../tokens';

const DEFAULT_SECONDS = 10;

/** Stores on other machines do not tell what has changed: call a function again and again, as the settings say. */
export function askAgain(
  studio: IStudio,
  settings: Promise<ISettingRegistry.ISettings | null>,
  ask: () => void
): void {
  const start = (): void => void settings.then(loaded => begin(loaded, ask));
  void studio.api.GET('/experiments').then(
    ({ data }) => {
      if (data && !data.live) {
        start();
      }
    },
    start // a store that cannot be reached now may be later; meanwhile the panels say what is wrong
  );
}

function begin(settings: ISettingRegistry.ISettings | null, ask: () => void): void {
  const read = (): number => Number(settings?.get('refreshSeconds').composite) || DEFAULT_SECONDS;
  const poll = new Poll({
    name: 'jupyter-mlstudio:remote-runs',
    factory: async () => ask(),
    frequency: { interval: read() * 1000, backoff: true, max: 60_000 },
    standby: 'when-hidden'
  });
  settings?.changed.connect(() => {
    poll.frequency = { ...poll.frequency, interval: read() * 1000 };
  });
}
