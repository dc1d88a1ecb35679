import { Notification, type ICommandPalette } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import { launchIcon } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import type { Api } from './api';
import { messageOf } from './ui';

const TOUR = 'mlstudio:tour';

export interface ITourOptions {
  commands: CommandRegistry;
  api: Api;
  palette: ICommandPalette | null;
  launcher: ILauncher | null;
  trans: TranslationBundle;
}

/** Offer the sample notebooks: copy them into the project and open the first. */
export function addTour({ commands, api, palette, launcher, trans }: ITourOptions): void {
  commands.addCommand(TOUR, {
    label: args => (args['isLauncher'] ? trans.__('Tour') : trans.__('Take the Tour')),
    caption: trans.__('Copy the sample notebooks into the project and open the first'),
    icon: args => (args['isPalette'] ? undefined : launchIcon),
    describedBy: { args: { type: 'object', properties: {} } },
    execute: async () => {
      try {
        const { data } = await api.POST('/samples');
        const [first] = data?.notebooks ?? [];
        if (first !== undefined) {
          await commands.execute('docmanager:open', { path: first });
        }
      } catch (error) {
        Notification.error(messageOf(error), { autoClose: 10_000 });
      }
    }
  });
  const category = trans.__('ML Studio');
  palette?.addItem({ command: TOUR, category, args: { isPalette: true } });
  launcher?.add({
    command: TOUR,
    args: { isLauncher: true },
    category,
    rank: 10
  });
}
