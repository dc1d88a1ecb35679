import type { ITranslator, TranslationBundle } from '@jupyterlab/translation';
import { SidePanel } from '@jupyterlab/ui-components';
import type { CommandRegistry } from '@lumino/commands';

import { servingIcon } from '../ui';
import { CommandIds } from './commands';
import type { Endpoint, EndpointsModel } from './model';
import { EndpointsPanel } from './panel';
import type { Refresh } from './refresh';

export interface ISidebarOptions {
  commands: CommandRegistry;
  model: EndpointsModel;
  trans: TranslationBundle;
  translator: ITranslator | null;
  refresh: Refresh;
}

/** Make the sidebar panel; the endpoints are its first section. */
export function createSidebar(options: ISidebarOptions): SidePanel {
  const { commands, model, trans, translator, refresh } = options;
  const run =
    (id: string) =>
    ({ id: endpoint_id }: Endpoint): void =>
      void commands.execute(id, { endpoint_id });
  const list = new EndpointsPanel(
    model,
    {
      deploy: () => void commands.execute(CommandIds.deploy),
      open: run(CommandIds.open),
      start: run(CommandIds.start),
      stop: run(CommandIds.stop),
      remove: run(CommandIds.remove)
    },
    trans
  );
  const sidebar = new SidePanel({ translator: translator ?? undefined });
  sidebar.id = 'mlstudio-serving';
  sidebar.addClass('jp-mlstudio-ServingPanel');
  sidebar.title.icon = servingIcon;
  sidebar.title.caption = trans.__('Endpoints');
  sidebar.addWidget(list);
  refresh.while(list, 'endpoint-figures', () => model.refreshFigures());
  return sidebar;
}
