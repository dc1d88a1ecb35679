import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** What the person at the screen has chosen in the settings. */
export class Preferences {
  constructor(settings: ISettingRegistry | null, pluginId: string) {
    void settings?.load(pluginId).then(
      loaded => {
        const read = (): void => {
          this.tellEnded = loaded.get('tellEnded').composite !== false;
          this.tellFailed = loaded.get('tellFailed').composite !== false;
          this.openStarted = loaded.get('openStarted').composite === true;
        };
        loaded.changed.connect(read);
        read();
      },
      () => undefined // the defaults hold where there are no settings
    );
  }

  /** Whether a notification says that a job has ended. */
  tellEnded = true;
  /** Whether a notification says that a job of a schedule or a workflow has failed. */
  tellFailed = true;
  /** Whether a job is shown as soon as it was submitted. */
  openStarted = false;
}
