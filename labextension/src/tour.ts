import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import type { ILauncher } from '@jupyterlab/launcher';
import type { TranslationBundle } from '@jupyterlab/translation';
import { launchIcon } from '@jupyterlab/ui-components';

import type { Api } from './api';
import { messageOf } from './ui';

const TOUR = 'mlstudio:tour';

/** Offer the sample notebooks: copy them into the project and open the first. */
export function addTour(
  { commands }: JupyterFrontEnd,
  api: Api,
  launcher: ILauncher | null,
  trans: TranslationBundle
): void {
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
        Notification.error(messageOf(error));
      }
    }
  });
  launcher?.add({
    command: TOUR,
    args: { isLauncher: true },
    category: trans.__('ML Studio'),
    rank: 10
  });
}
