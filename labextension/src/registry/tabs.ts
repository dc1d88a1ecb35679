import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, MainAreaWidget, showDialog, WidgetTracker } from '@jupyterlab/apputils';
import type { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStudio } from '../tokens';
import { registryIcon } from '../ui';
import type { IModelActions } from './actions';
import { DeskModel } from './desk';
import type { RegistryModel } from './model';
import type { LineageNode } from './origin';
import type { ModelVersion, Part, VersionsModel } from './versions';
import { ModelView } from './view';

const DEPLOY = 'mlstudio:serving-deploy';
const OPEN_ENDPOINT = 'mlstudio:serving-open';
const OPEN_RUN = 'mlstudio:experiments-open-run';
const COMPARE = 'mlstudio:experiments-compare';
const OPEN_JOB = 'mlstudio:jobs-open';
const OPEN_FILE = 'docmanager:open';

export interface ITabsOptions {
  app: JupyterFrontEnd;
  studio: IStudio;
  list: RegistryModel;
  trans: TranslationBundle;
  rendermime: IRenderMimeRegistry | null;
  browser: IDefaultFileBrowser | null;
  /** The address of a version, as the settings want it. */
  address: (version: ModelVersion) => string;
  /** Tells the user about a failure. */
  fail: (error: unknown) => void;
}

/** The tab with the registered models in the main area. */
export class ModelTabs {
  constructor(private readonly _options: ITabsOptions) {}

  /** The version that is shown in the tab; null when there is none. */
  get shown(): { name: string; version: number } | null {
    const open = this._tracker.currentWidget?.content.model.open;
    return open?.chosen ? { name: open.name, version: open.chosen.version } : null;
  }

  /** Show the models, one of them, one of its versions, and a part of what is known of that. */
  async open(name: string | null, version: number | null, part: Part | null = null): Promise<void> {
    const { shell } = this._options.app;
    const tab = this._tracker.currentWidget ?? this._create();
    if (name !== null) {
      tab.content.model.show(name, version, part);
    }
    if (!tab.isAttached) {
      shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    shell.activateById(tab.id);
  }

  /** Open the tab again that was open before the page was loaded. */
  restore(restorer: ILayoutRestorer, command: string): void {
    void restorer.restore(this._tracker, {
      command,
      args: ({ content: { model } }) => ({
        name: model.open?.name ?? null,
        version: model.open?.chosen?.version ?? null
      }),
      name: () => 'models'
    });
  }

  private _create(): MainAreaWidget<ModelView> {
    const { studio, list, trans } = this._options;
    const model = new DeskModel(studio.api, list);
    const content = new ModelView(model, this._actions(), trans);
    const tab = new MainAreaWidget({ content });
    tab.id = 'mlstudio-models';
    tab.title.icon = registryIcon;
    tab.title.label = trans.__('Models');
    let known = '';
    model.stateChanged.connect(() => {
      const now = `${model.open?.name}/${model.open?.chosen?.version}`;
      if (known !== now) {
        known = now;
        void this._tracker.save(tab);
      }
    });
    const check = (_: object, change: { kind: string; id: string }): void => {
      const isOurs = change.kind === 'model' && change.id === model.open?.name;
      if (isOurs || change.kind === 'endpoint') {
        void model.open?.refresh();
      }
    };
    studio.changed.connect(check);
    content.disposed.connect(() => {
      studio.changed.disconnect(check);
      model.dispose();
    });
    void list.refresh();
    return tab;
  }

  private _actions(): IModelActions {
    const { app, studio, trans, address, fail } = this._options;
    const { commands } = app;
    const attempt = (change: Promise<void>): void => void change.catch(fail);
    const through = <T>(command: string, run: (value: T) => void): ((value: T) => void) | null =>
      commands.hasCommand(command) ? run : null;
    const execute = (command: string, args: Record<string, never> | object): void =>
      void commands.execute(command, args as Record<string, never>).catch(fail);
    return {
      get deploy() {
        return commands.hasCommand(DEPLOY)
          ? (name: string, version: number) => execute(DEPLOY, { name, version })
          : null;
      },
      get openRun() {
        return through(OPEN_RUN, (run_id: string) => execute(OPEN_RUN, { run_id }));
      },
      get openEndpoint() {
        return through(OPEN_ENDPOINT, (id: string) => execute(OPEN_ENDPOINT, { endpoint_id: id }));
      },
      get compareRuns() {
        return through(COMPARE, (run_ids: readonly string[]) => execute(COMPARE, { run_ids }));
      },
      openNode: node => this._opener(node),
      address,
      attempt,
      draw: (markdown, into) => attempt(this._draw(markdown, into)),
      download: save,
      promote: (model, version) =>
        attempt(
          import('./promote').then(({ promote }) => promote(studio.api, model, version, trans))
        ),
      exportVersion: (name, version) => execute('mlstudio:registry-export', { name, version }),
      importVersion: () => execute('mlstudio:registry-import', {}),
      removeVersion: (model, version) => attempt(this._removeVersion(model, version)),
      remove: model => attempt(this._remove(model))
    };
  }

  private _opener({ kind, key, path }: LineageNode): (() => void) | null {
    const { commands } = this._options.app;
    if (kind === 'version') {
      const slash = key.lastIndexOf('/');
      return () => void this.open(key.slice(0, slash), Number(key.slice(slash + 1)));
    }
    const ways: Record<string, [string, Record<string, string>]> = {
      run: [OPEN_RUN, { run_id: key }],
      endpoint: [OPEN_ENDPOINT, { endpoint_id: key }],
      job: [OPEN_JOB, { job_id: key }]
    };
    const [command, args] = ways[kind] ?? [OPEN_FILE, { path: path ?? '' }];
    const isThere = commands.hasCommand(command) && (kind in ways || path !== null);
    return isThere ? () => void commands.execute(command, args).catch(this._options.fail) : null;
  }

  private async _draw(markdown: string, into: HTMLElement): Promise<void> {
    const { rendermime } = this._options;
    if (rendermime === null) {
      into.textContent = markdown;
      return;
    }
    const renderer = rendermime.createRenderer('text/markdown');
    const model = rendermime.createModel({ data: { 'text/markdown': markdown }, trusted: false });
    await renderer.renderModel(model);
    into.replaceChildren(renderer.node);
  }

  private async _removeVersion(model: VersionsModel, version: number): Promise<void> {
    const { trans } = this._options;
    const used = usedBy(await model.servedBy(version), trans);
    const body = trans.__(
      'Its aliases go with it. The run keeps its model, and endpoints keep their copies.'
    );
    const title = trans.__('Delete version %1 of %2?', version, model.name);
    if (await mayDelete(title, [used, body], trans)) {
      await model.removeVersion(version);
    }
  }

  private async _remove(model: VersionsModel): Promise<void> {
    const { trans, list } = this._options;
    const used = usedBy(await model.servedBy(null), trans);
    const body = trans.__(
      'All its versions and aliases are deleted. Runs keep their models, and endpoints keep their copies.'
    );
    if (await mayDelete(trans.__('Delete %1?', model.name), [used, body], trans)) {
      await model.remove();
      await list.refresh();
    }
  }

  private readonly _tracker = new WidgetTracker<MainAreaWidget<ModelView>>({
    namespace: 'mlstudio-registry'
  });
}

function usedBy(endpoints: readonly string[], trans: TranslationBundle): string {
  return endpoints.length === 0
    ? ''
    : trans._n(
        'Endpoint %2 serves it and could not be rolled to it again.',
        '%1 endpoints serve it and could not be rolled to it again: %2.',
        endpoints.length,
        endpoints.join(', ')
      );
}

async function mayDelete(
  title: string,
  lines: readonly string[],
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title,
    body: lines.filter(Boolean).join(' '),
    buttons: [Dialog.cancelButton(), Dialog.warnButton({ label: trans.__('Delete') })]
  });
  return button.accept;
}

/** Save a text as a file of the user's. */
function save(text: string, filename: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([text], { type: 'text/markdown' }));
  link.download = filename;
  link.click();
  URL.revokeObjectURL(link.href);
}
