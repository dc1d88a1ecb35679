import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog, WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStudio } from '../tokens';
import { servingIcon } from '../ui';
import { follow } from './deploy';
import { EndpointModel } from './endpoint';
import { predict } from './predict';
import type { Refresh } from './refresh';
import { EndpointView, type IEndpointActions } from './view';

const OPEN_RUN = 'mlstudio:experiments-open-run';
const OPEN_MODEL = 'mlstudio:registry-open';

export interface ITabsOptions {
  app: JupyterFrontEnd;
  studio: IStudio;
  trans: TranslationBundle;
  refresh: Refresh;
  /** Tells the user about a failure. */
  fail: (error: unknown) => void;
}

/** The endpoints that are open in the main area. */
export class EndpointTabs {
  constructor(private readonly _options: ITabsOptions) {}

  /** The endpoint in front; null if something else is. */
  get current(): string | null {
    const { currentWidget } = this._tracker;
    const isInFront =
      currentWidget !== null && currentWidget === this._options.app.shell.currentWidget;
    return isInFront ? currentWidget.content.model.id : null;
  }

  /** Show an endpoint, in the tab that it has if it has one. */
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

  private _create(id: string): MainAreaWidget<EndpointView> {
    const { studio, trans, refresh } = this._options;
    const send = (path: string, body: string): ReturnType<typeof predict> =>
      predict(studio.serverSettings, path, body);
    const model = new EndpointModel(studio.api, send, id);
    const content = new EndpointView(model, this._actions(model), trans);
    const tab = new MainAreaWidget({ content });
    tab.id = `mlstudio-endpoint-${id}`;
    tab.title.icon = servingIcon;
    tab.title.label = trans.__('Endpoint');
    model.stateChanged.connect(() => {
      tab.title.label = model.detail?.endpoint.name ?? trans.__('Endpoint');
    });
    this._keepFresh(model, content);
    refresh.while(content, 'endpoint-traffic', () => model.refreshTraffic());
    return tab;
  }

  private _keepFresh(model: EndpointModel, content: EndpointView): void {
    const { changed } = this._options.studio;
    const check = (_: object, change: { kind: string; id: string }): void => {
      if (change.kind === 'endpoint' && change.id === model.id) {
        void model.refresh();
      }
    };
    changed.connect(check);
    content.disposed.connect(() => changed.disconnect(check));
    void model.refresh();
  }

  private _actions(model: EndpointModel): IEndpointActions {
    const { app, studio, trans, fail } = this._options;
    const { commands } = app;
    const run = (command: string): void =>
      void commands.execute(command, { endpoint_id: model.id });
    const open = (id: string): void => void this.open(id);
    return {
      start: () => run('mlstudio:serving-start'),
      stop: () => run('mlstudio:serving-stop'),
      remove: () => run('mlstudio:serving-remove'),
      onRoll: () => run('mlstudio:serving-roll'),
      onRollBack: ({ number }) => {
        model
          .rollBack(number)
          .then(endpoint => follow({ studio, trans, open, fail }, endpoint), fail);
      },
      rotateKey: () => void this._rotateKey(model),
      get onOpenRun() {
        return commands.hasCommand(OPEN_RUN)
          ? (run_id: string) => void commands.execute(OPEN_RUN, { run_id })
          : null;
      },
      get onOpenModel() {
        return commands.hasCommand(OPEN_MODEL)
          ? (name: string, version: number) => void commands.execute(OPEN_MODEL, { name, version })
          : null;
      }
    };
  }

  private async _rotateKey(model: EndpointModel): Promise<void> {
    const { trans, fail } = this._options;
    const { button } = await showDialog({
      title: trans.__('Make a new key?'),
      body: trans.__('Programs that send the old key are refused from now on.'),
      buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Make a New Key') })]
    });
    if (button.accept) {
      await model.rotateKey().catch(fail);
    }
  }

  private readonly _tracker = new WidgetTracker<MainAreaWidget<EndpointView>>({
    namespace: 'mlstudio-serving'
  });
}
