import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog, WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { apiUrl } from '../api';
import type { IStudio } from '../tokens';
import { servingIcon } from '../ui';
import { follow } from './follow-up';
import { EndpointModel } from './endpoint';
import type { Endpoint } from './model';
import { predict } from './predict';
import type { Refresh } from './refresh';
import { EndpointView, type IEndpointActions } from './view';

const OPEN_RUN = 'mlstudio:experiments-open-run';
const OPEN_MODEL = 'mlstudio:registry-open';
const OPEN_FILE = 'docmanager:open';
const MONITOR = 'mlstudio:monitoring-open';

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
      const isOurs = change.kind === 'endpoint' && change.id === model.id;
      if (isOurs || change.kind === 'model') {
        void model.refresh();
      }
    };
    changed.connect(check);
    content.disposed.connect(() => changed.disconnect(check));
    void model.refresh();
  }

  private _actions(model: EndpointModel): IEndpointActions {
    const { app, studio, fail } = this._options;
    const run = (command: string): void =>
      void app.commands.execute(command, { endpoint_id: model.id });
    const told = (change: Promise<unknown>): void => void change.catch(fail);
    const { controls } = model;
    return {
      start: () => run('mlstudio:serving-start'),
      stop: () => run('mlstudio:serving-stop'),
      remove: () => run('mlstudio:serving-remove'),
      sleep: () => run('mlstudio:serving-sleep'),
      wake: () => run('mlstudio:serving-wake'),
      // Asked when it is drawn: a tab that is restored may come before the other features.
      get monitor() {
        return app.commands.hasCommand(MONITOR) ? () => run(MONITOR) : null;
      },
      get onOpenRun() {
        return opener(app, OPEN_RUN, (run_id: string) => ({ run_id }));
      },
      get onOpenModel() {
        return opener(app, OPEN_MODEL, (name: string, version: number) => ({ name, version }));
      },
      get onOpenNotebook() {
        return opener(app, OPEN_FILE, (path: string) => ({ path }));
      },
      transform: () => run('mlstudio:serving-transform'),
      tryPage: () =>
        void window.open(
          apiUrl(studio.serverSettings, 'serving', 'endpoints', model.id, 'proxy', '/'),
          '_blank',
          'noopener'
        ),
      onRoll: () => run('mlstudio:serving-roll'),
      onRollBack: ({ number }) => this._followed(controls.rollBack(number)),
      onPromote: number => this._followed(controls.promote(number)),
      onDivide: shares => this._followed(controls.divide(shares)),
      onFollow: alias => told(controls.follow(alias)),
      scale: scaling => told(controls.scale(scaling)),
      capture: capture => told(controls.capture(capture)),
      exportTo: (target, folder) => controls.exportTo(target, folder),
      forget: request => told(model.forget(request)),
      rotateKey: () => void this._rotateKey(model)
    };
  }

  /** Show how a change goes on for which a model has to be loaded. */
  private _followed(change: Promise<Endpoint | undefined>): void {
    const { studio, trans, fail } = this._options;
    const open = (id: string): void => void this.open(id);
    change.then(endpoint => {
      if (endpoint?.rolling_to) {
        follow({ studio, trans, open, fail }, endpoint);
      }
    }, fail);
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

/** Make what opens something through a command; null if there is no such command. */
function opener<A extends unknown[]>(
  { commands }: JupyterFrontEnd,
  command: string,
  args: (...given: A) => ReadonlyPartialJSONObject
): ((...given: A) => void) | null {
  return commands.hasCommand(command)
    ? (...given) => void commands.execute(command, args(...given))
    : null;
}
