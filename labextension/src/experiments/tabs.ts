import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import { MainAreaWidget, Notification, WidgetTracker } from '@jupyterlab/apputils';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import { apiUrl, type Changed } from '../api';
import type { IStudio } from '../tokens';
import { experimentsIcon, messageOf } from '../ui';
import { CommandIds } from './commands';
import type { IDetailActions } from './detail';
import { askName, askNote, confirmDelete } from './dialogs';
import { RunsModel } from './model';
import type { ITracker } from './notebook';
import type { Run } from './run';
import { RunStore } from './store';
import { ExperimentsTab } from './tab';

const COLUMNS = 'columns';

export interface ITabsOptions {
  app: JupyterFrontEnd;
  studio: IStudio;
  store: RunStore;
  tracker: ITracker;
  trans: TranslationBundle;
  settings: Promise<ISettingRegistry.ISettings | null>;
}

type Tab = MainAreaWidget<ExperimentsTab>;

/** The Experiments tab, of which there is one or none. */
export class Tabs {
  constructor(private readonly _options: ITabsOptions) {
    this._bin = new RunStore(_options.studio.api, true);
  }

  /** Show the tab; with a run, its details in it. */
  async open(run: string | null): Promise<void> {
    const { shell } = this._options.app;
    const tab = this._tab ?? this._create();
    if (!tab.isAttached) {
      shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    shell.activateById(tab.id);
    if (run !== null && this._model) {
      this._model.select([]);
      this._model.current = run;
    }
    await this._options.store.catchUp();
  }

  /** Open the tab again if it was open before the page was loaded. */
  restore(restorer: ILayoutRestorer): void {
    void restorer.restore(this._tracker, {
      command: CommandIds.openRun,
      args: () => ({ run_id: this._model?.current ?? null }),
      name: () => 'experiments'
    });
  }

  /** Take note of a change. */
  note(change: Changed): void {
    this._tab?.content.note(change);
  }

  private _create(): Tab {
    const { studio, store, tracker, trans } = this._options;
    const model = new RunsModel(store, this._bin);
    const content = new ExperimentsTab({
      api: studio.api,
      model,
      detail: this._detailActions(),
      table: {
        open: id => void this.open(id),
        remove: ids => void this._remove(ids),
        restore: ids => void this._restore(ids),
        get insert() {
          return tracker.insert;
        }
      },
      trans
    });
    const tab = new MainAreaWidget({ content });
    tab.id = 'mlstudio-experiments-tab';
    tab.title.icon = experimentsIcon;
    tab.title.label = trans.__('Experiments');
    store.watch(content.runs);
    store.watch(tab);
    const redraw = (): void => model.stateChanged.emit();
    tracker.changed.connect(redraw);
    tab.disposed.connect(() => {
      tracker.changed.disconnect(redraw);
      [this._tab, this._model] = [null, null];
    });
    [this._tab, this._model] = [tab, model];
    void this._keep(model, tab);
    return tab;
  }

  /** Remember the open run in the layout, and the chosen columns for good. */
  private async _keep(model: RunsModel, tab: Tab): Promise<void> {
    const settings = await this._options.settings;
    const kept = settings?.get(COLUMNS).composite;
    if (Array.isArray(kept) && kept.length > 0) {
      model.chosen = kept.map(String);
    }
    let [current, chosen] = [model.current, model.chosen];
    model.stateChanged.connect(() => {
      if (model.current !== current) {
        current = model.current;
        void this._tracker.save(tab);
      }
      if (model.chosen !== chosen) {
        chosen = model.chosen;
        void (chosen ? settings?.set(COLUMNS, [...chosen]) : settings?.remove(COLUMNS));
      }
    });
  }

  private _detailActions(): IDetailActions {
    const { app, studio, trans } = this._options;
    const { commands } = app;
    const ifThere = (command: string, argument: string): ((id: string) => void) | null =>
      commands.hasCommand(command)
        ? id => void commands.execute(command, { [argument]: id })
        : null;
    return {
      close: () => {
        if (this._model) {
          this._model.current = null;
        }
      },
      open: id => void this.open(id),
      rename: run => void askName(run, trans).then(name => this._edit(run, { name })),
      annotate: run => void askNote(run, trans).then(note => this._edit(run, { note })),
      remove: run => void this._remove([run.id]),
      restore: run => void this._restore([run.id]),
      openFile: path => void commands.execute('docmanager:open', { path }),
      get openJob() {
        return ifThere('mlstudio:jobs-open', 'job_id');
      },
      get register() {
        return ifThere('mlstudio:registry-register', 'run_id');
      },
      get deploy() {
        return ifThere('mlstudio:serving-deploy', 'run_id');
      },
      address: (id, path) => {
        const url = apiUrl(studio.serverSettings, 'experiments', 'runs', id, 'artifact');
        return `${url}?${new URLSearchParams({ path, save: 'true' }).toString()}`;
      }
    };
  }

  private async _edit(
    run: Run,
    edit: { name?: string | null; note?: string | null }
  ): Promise<void> {
    if (Object.values(edit).every(value => value === null)) {
      return;
    }
    await this._change([run.id], id => {
      const params = { path: { id } };
      return this._options.studio.api.PATCH('/experiments/runs/{id}', { params, body: edit });
    });
  }

  private async _remove(ids: readonly string[]): Promise<void> {
    if (await confirmDelete(ids.length, this._options.trans)) {
      await this._change(ids, id => {
        return this._options.studio.api.DELETE('/experiments/runs/{id}', {
          params: { path: { id } }
        });
      });
    }
  }

  private async _restore(ids: readonly string[]): Promise<void> {
    await this._change(ids, id => {
      const params = { path: { id } };
      return this._options.studio.api.POST('/experiments/runs/{id}/restore', { params });
    });
  }

  /** Change runs, and show what has become of them. */
  private async _change(
    ids: readonly string[],
    change: (id: string) => Promise<unknown>
  ): Promise<void> {
    try {
      for (const id of ids) {
        await change(id);
      }
    } catch (error) {
      Notification.error(messageOf(error));
    }
    this._model?.select([]);
    for (const id of ids) {
      const told = { kind: 'run', id, change: 'changed' } as const;
      this._options.store.note(told);
      this.note(told);
    }
    await Promise.all([this._options.store.catchUp(), this._bin.refresh()]);
  }

  private _tab: Tab | null = null;
  private _model: RunsModel | null = null;
  private readonly _bin: RunStore;
  private readonly _tracker = new WidgetTracker<Tab>({ namespace: 'mlstudio-experiments' });
}
