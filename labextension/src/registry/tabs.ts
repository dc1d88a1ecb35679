import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog, WidgetTracker } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStudio } from '../tokens';
import { registryIcon } from '../ui';
import { VersionsModel, type ModelVersion } from './versions';
import { ModelView, type IModelActions } from './view';

const DEPLOY = 'mlstudio:serving-deploy';
const OPEN_RUN = 'mlstudio:experiments-open-run';

export interface ITabsOptions {
  app: JupyterFrontEnd;
  studio: IStudio;
  trans: TranslationBundle;
  /** The address of a version, as the settings want it. */
  address: (version: ModelVersion) => string;
  /** Tells the user about a failure. */
  fail: (error: unknown) => void;
}

/** The registered models that are open in the main area. */
export class ModelTabs {
  constructor(private readonly _options: ITabsOptions) {}

  /** Show a registered model, and one of its versions, in the tab that it has if it has one. */
  async open(name: string, version: number | null): Promise<void> {
    const { shell } = this._options.app;
    const known = this._tracker.find(({ content }) => content.model.name === name);
    const tab = known ?? this._create(name, version);
    if (known && version !== null) {
      known.content.model.choose(version);
    }
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
      args: ({ content }) => ({ name: content.model.name }),
      name: ({ content }) => content.model.name
    });
  }

  private _create(name: string, version: number | null): MainAreaWidget<ModelView> {
    const { studio, trans } = this._options;
    const model = new VersionsModel(studio.api, name, version);
    const content = new ModelView(model, this._actions(model), trans);
    const tab = new MainAreaWidget({ content });
    tab.id = `mlstudio-model-${encodeURIComponent(name)}`;
    tab.title.icon = registryIcon;
    tab.title.label = name;
    const check = (_: object, change: { kind: string; id: string }): void => {
      if (change.kind === 'model' && change.id === name) {
        void model.refresh();
      }
    };
    studio.changed.connect(check);
    content.disposed.connect(() => studio.changed.disconnect(check));
    void model.refresh();
    return tab;
  }

  private _actions(model: VersionsModel): IModelActions {
    const { app, trans, address, fail } = this._options;
    const { commands } = app;
    const { name } = model;
    const attempt = (change: Promise<void>): void => void change.catch(fail);
    const ask = (title: string, body: string, remove: () => Promise<void>): void =>
      void mayDelete(title, body, trans).then(may => (may ? attempt(remove()) : undefined));
    return {
      get deploy() {
        return commands.hasCommand(DEPLOY)
          ? (version: number) => void commands.execute(DEPLOY, { name, version })
          : null;
      },
      get openRun() {
        return commands.hasCommand(OPEN_RUN)
          ? (run_id: string) => void commands.execute(OPEN_RUN, { run_id })
          : null;
      },
      address,
      attempt,
      removeVersion: version =>
        ask(
          trans.__('Delete version %1 of %2?', version, name),
          trans.__(
            'Its aliases go with it. The run keeps its model, and endpoints keep their copies.'
          ),
          () => model.removeVersion(version)
        ),
      remove: () =>
        ask(
          trans.__('Delete %1?', name),
          trans.__(
            'All its versions and aliases are deleted. Runs keep their models, and endpoints keep their copies.'
          ),
          () => model.remove()
        )
    };
  }

  private readonly _tracker = new WidgetTracker<MainAreaWidget<ModelView>>({
    namespace: 'mlstudio-registry'
  });
}

async function mayDelete(title: string, body: string, trans: TranslationBundle): Promise<boolean> {
  const { button } = await showDialog({
    title,
    body,
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })]
  });
  return button.accept;
}
