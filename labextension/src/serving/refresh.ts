import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Poll } from '@lumino/polling';
import type { Widget } from '@lumino/widgets';

const DEFAULT_SECONDS = 2;

/** Asks for figures again and again while somebody can see them, as often as the settings say. */
export class Refresh {
  constructor(settings: ISettingRegistry | null, pluginId: string) {
    void settings?.load(pluginId).then(
      loaded => {
        const read = (): void => {
          this._seconds = Number(loaded.get('refreshSeconds').composite) || DEFAULT_SECONDS;
          this._polls.forEach(poll => {
            poll.frequency = this._frequency;
          });
        };
        loaded.changed.connect(read);
        read();
      },
      () => undefined // the default holds where there are no settings
    );
  }

  /** Call a function in intervals while a widget is visible, until it is disposed. */
  while(widget: Widget, name: string, ask: () => Promise<void>): void {
    const poll = new Poll({
      name: `jupyter-mlstudio:${name}`,
      factory: ask,
      frequency: this._frequency,
      standby: () => !widget.isVisible || document.hidden
    });
    this._polls.add(poll);
    widget.disposed.connect(() => {
      this._polls.delete(poll);
      poll.dispose();
    });
  }

  private get _frequency(): { interval: number; backoff: boolean; max: number } {
    const interval = this._seconds * 1000;
    return { interval, backoff: true, max: 30_000 };
  }

  private _seconds = DEFAULT_SECONDS;
  private readonly _polls = new Set<Poll>();
}
