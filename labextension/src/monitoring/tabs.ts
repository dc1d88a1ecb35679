import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, Notification, WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Poll } from '@lumino/polling';

import type { IStudio } from '../tokens';
import { monitoringIcon } from '../ui';
import { askBaseline, askTruth } from './dialogs';
import { MonitorModel } from './monitor';
import { MonitorView, type IMonitorActions } from './view';

const OPEN_ENDPOINT = 'mlstudio:serving-open';
const OPEN_TABLE = 'mlstudio:wrangling-open';
const REFRESH = { interval: 5000, backoff: true, max: 30_000 };

export interface ITabsOptions {
  app: JupyterFrontEnd;
  studio: IStudio;
  trans: TranslationBundle;
  /** Tells the user about a failure. */
  fail: (error: unknown) => void;
}

/** The monitors that are open in the main area. */
export class MonitorTabs {
  constructor(private readonly _options: ITabsOptions) {}

  /** The endpoint whose monitor is in front; null if something else is. */
  get current(): string | null {
    const { currentWidget } = this._tracker;
    const isInFront =
      currentWidget !== null && currentWidget === this._options.app.shell.currentWidget;
    return isInFront ? currentWidget.content.model.id : null;
  }

  /** Show the monitor of an endpoint, in the tab that it has if it has one. */
  async open(id: string): Promise<void> {
    const { shell } = this._options.app;
    const tab = this._tracker.find(({ content }) => content.model.id === id) ?? this._create(id);
    if (!tab.isAttached) {
      shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    shell.activateById(tab.id);
  }

  /** Open the tabs again that were open before the page was loaded. */
  restore(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this._tracker, {
      command,
      args: ({ content }) => ({ endpoint_id: content.model.id }),
      name: ({ content }) => content.model.id
    });
  }

  private _create(id: string): MainAreaWidget<MonitorView> {
    const { studio, trans } = this._options;
    const model = new MonitorModel(studio.api, id);
    const content = new MonitorView(model, this._actions(model), trans);
    const tab = new MainAreaWidget({ content });
    tab.id = `mlstudio-monitor-${id}`;
    tab.title.icon = monitoringIcon;
    tab.title.label = trans.__('Monitoring');
    model.stateChanged.connect(() => {
      const { monitor } = model;
      tab.title.label = monitor ? trans.__('%1: drift', monitor.endpoint) : trans.__('Monitoring');
    });
    const check = (_: object, change: { kind: string; id: string }): void => {
      if ((change.kind === 'monitor' || change.kind === 'endpoint') && change.id === id) {
        void model.refresh();
      }
    };
    studio.changed.connect(check);
    const poll = new Poll({
      name: 'jupyter-mlstudio:monitor',
      factory: () => model.refresh(), // nobody tells when rows were captured
      frequency: REFRESH,
      standby: () => !content.isVisible || document.hidden
    });
    content.disposed.connect(() => {
      studio.changed.disconnect(check);
      poll.dispose();
    });
    return tab;
  }

  private _actions(model: MonitorModel): IMonitorActions {
    const { app, studio, fail } = this._options;
    const { commands } = app;
    const run = (command: string): void =>
      void commands.execute(command, { endpoint_id: model.id });
    const openRows = (of: MonitorModel, column: string | null): Promise<void> =>
      this._rows(of, column);
    const told = (change: Promise<unknown>): void => void change.catch(fail);
    return {
      openEndpoint: () => run(OPEN_ENDPOINT),
      check: () => told(model.check()),
      retrain: () => run('mlstudio:monitoring-retrain'),
      capture: share => told(model.capture(share)),
      baseline: () => told(this._baseline(model)),
      truth: () => told(this._truth(model)),
      save: spec => told(model.save(spec)),
      see: alert => told(model.see(alert)),
      choose: report => told(model.choose(report)),
      get rows() {
        return commands.hasCommand(OPEN_TABLE)
          ? (column: string | null) => told(openRows(model, column))
          : null;
      },
      workflows: async () => {
        const { data } = await studio.api.GET('/jobs/workflows');
        return (data?.items ?? []).map(({ path }) => path);
      }
    };
  }

  private async _baseline(model: MonitorModel): Promise<void> {
    const spec = await askBaseline(this._options.trans);
    await (spec ? model.compareWith(spec) : undefined);
  }

  private async _truth(model: MonitorModel): Promise<void> {
    const spec = await askTruth(this._options.trans);
    const added = spec ? await model.addTruth(spec) : undefined;
    if (added) {
      Notification.info(added.message, { autoClose: 8000 });
    }
  }

  private async _rows(model: MonitorModel, column: string | null): Promise<void> {
    const rows = await model.rows(column);
    if (rows) {
      await this._options.app.commands.execute(OPEN_TABLE, {
        source: { kind: 'file', path: rows.path } // it lies where the file browser does not look
      });
    }
  }

  private readonly _tracker = new WidgetTracker<MainAreaWidget<MonitorView>>({
    namespace: 'mlstudio-monitoring'
  });
}
