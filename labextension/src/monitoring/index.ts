import {
  ILayoutRestorer,
  type JupyterFrontEnd,
  type JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { IStudio } from '../tokens';
import { messageOf } from '../ui';
import { addCommands, CommandIds, type ICommandContext } from './commands';
import { AlertsModel, type Alert } from './model';
import { addStatusItem } from './places';
import { MonitorTabs } from './tabs';

const PLUGIN_ID = 'jupyter-mlstudio:monitoring';

const plugin: JupyterFrontEndPlugin<void> = {
  id: PLUGIN_ID,
  description: 'Monitoring: how the live data of endpoints differ from their training data.',
  autoStart: true,
  requires: [IStudio],
  optional: [ITranslator, ILayoutRestorer, ICommandPalette, IStatusBar, ISettingRegistry],
  activate
};

function activate(
  app: JupyterFrontEnd,
  studio: IStudio,
  translator: ITranslator | null,
  restorer: ILayoutRestorer | null,
  palette: ICommandPalette | null,
  statusBar: IStatusBar | null,
  settings: ISettingRegistry | null
): void {
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const fail = (error: unknown): void =>
    void Notification.error(messageOf(error), { autoClose: 10_000 });
  const tabs = new MonitorTabs({ app, studio, trans, fail });
  const alerts = new AlertsModel(studio.api);
  const context: ICommandContext = { app, studio, trans, tabs, fail };
  addCommands(context, palette);
  if (restorer) {
    tabs.restore(restorer, CommandIds.open);
  }
  const open = (id: string): void => void tabs.open(id);
  if (statusBar) {
    addStatusItem(statusBar, { model: alerts, open, trans });
  }
  const tells = wantsNotices(settings);
  const look = async (): Promise<void> => {
    const found = await alerts.refresh();
    if (tells()) {
      const unseen = found.filter(({ endpoint_id }) => endpoint_id !== tabs.current);
      new Set(unseen.map(({ endpoint_id }) => endpoint_id)).forEach(id =>
        tell(
          unseen.filter(({ endpoint_id }) => endpoint_id === id),
          context,
          open
        )
      );
    }
  };
  studio.changed.connect((_, { kind }) => {
    if (kind === 'monitor') {
      void look();
    }
  });
  void app.started.then(look);
}

/** Tell of what a check of one endpoint found. */
function tell(
  [alert, ...others]: readonly Alert[],
  { trans }: ICommandContext,
  open: (id: string) => void
): void {
  if (!alert) {
    return;
  }
  const more =
    others.length > 0 ? trans._n('And one more alert.', 'And %1 more alerts.', others.length) : '';
  Notification.warning(`${alert.sentence} ${more}`.trim(), {
    autoClose: false,
    actions: [{ label: trans.__('Open'), callback: () => open(alert.endpoint_id) }]
  });
}

/** Know whether somebody wants to be told of alerts. */
function wantsNotices(settings: ISettingRegistry | null): () => boolean {
  let wants = true;
  void settings?.load(PLUGIN_ID).then(
    loaded => {
      const read = (): void => {
        wants = loaded.get('notifyAlerts').composite !== false;
      };
      loaded.changed.connect(read);
      read();
    },
    () => undefined // the default holds where there are no settings
  );
  return () => wants;
}

export default plugin;
