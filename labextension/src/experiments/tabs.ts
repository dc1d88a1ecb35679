import type { ILayoutRestorer } from '@jupyterlab/application';
import { InputDialog, MainAreaWidget, Notification, WidgetTracker } from '@jupyterlab/apputils';

import type { PartialJSONObject } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Changed } from '../api';
import { experimentsIcon, messageOf } from '../ui';
import { ChartsPane } from './chart-pane';
import { inserterOf } from './chart-plugin';
import { CommandIds } from './commands';
import type { IExperimentsContext } from './context';
import { RunsModel } from './model';
import { RunStore } from './store';
import { ExperimentsTab } from './tab';
import { TableActions } from './view-actions';
import { SavedViews, type IKept, type ViewKind } from './views';

const COLUMNS = 'columns';
const KEPT_AFTER = 500;

export interface ITabsOptions extends IExperimentsContext {
  readonly store: RunStore;
}

type Tab = MainAreaWidget<ExperimentsTab>;

interface IOpened {
  readonly tab: Tab;
  readonly model: RunsModel;
  readonly views: SavedViews;
  readonly charts: ChartsPane;
}

/** The Experiments tab, of which there is one or none. */
export class Tabs {
  constructor(private readonly _options: ITabsOptions) {
    this._bin = new RunStore(_options.studio.api, true);
  }

  /** Show the tab; after a reload, as it looked before. */
  async open(kept: Partial<IKept> | null): Promise<void> {
    const { shell } = this._options.app;
    this._opened ??= this._create(kept);
    const { tab } = this._opened;
    const asked = this._options.store.loaded ? null : this._options.store.refresh();
    if (!tab.isAttached) {
      shell.add(tab, 'main', { type: 'ML Studio' });
    }
    if (!this._tracker.has(tab)) {
      await this._tracker.add(tab);
    }
    shell.activateById(tab.id);
    await (asked ?? this._options.store.catchUp());
  }

  /** Open the tab again if it was open before the page was loaded. */
  restore(restorer: ILayoutRestorer): void {
    void restorer.restore(this._tracker, {
      command: CommandIds.open,
      args: () => ({ kept: (this._opened?.views.kept ?? null) as unknown as PartialJSONObject }), // plain values all of it
      name: () => 'experiments'
    });
  }

  /** Take note of a change. */
  note(change: Changed): void {
    this._opened?.charts.note(change);
  }

  private _create(kept: Partial<IKept> | null): IOpened {
    const { studio, store, tracker, trans } = this._options;
    const model = new RunsModel(store, this._bin);
    const actions = new TableActions(this._options, () =>
      Promise.all([store.update(), this._bin.loaded ? this._bin.update() : null])
    );
    const charts = new ChartsPane({
      api: studio.api,
      model,
      trans,
      inserting: () => inserterOf(this._options)
    });
    const views = new SavedViews(
      studio.api,
      model,
      kind => this._askName(kind),
      error => Notification.error(messageOf(error)),
      () => charts.board
    );
    const content = new ExperimentsTab({ model, actions, views, charts, trans });
    const tab = new MainAreaWidget({ content });
    tab.id = 'mlstudio-experiments-tab';
    tab.title.icon = experimentsIcon;
    tab.title.label = trans.__('Experiments');
    store.watch(content.runs);
    const redraw = (): void => model.stateChanged.emit();
    tracker.changed.connect(redraw);
    tab.disposed.connect(() => {
      tracker.changed.disconnect(redraw);
      model.dispose();
      this._opened = null;
    });
    void views.refresh();
    if (kept) {
      views.take(kept);
    }
    void this._keepColumns(model, kept !== null);
    this._keep(tab, [model.stateChanged, charts.board.changed]);
    return { tab, model, views, charts };
  }

  /** Remember how the tab looks until the page is loaded again. */
  private _keep(tab: Tab, changes: readonly ISignal<object, void>[]): void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let before = '';
    const save = (): void => {
      timer = undefined;
      const now = JSON.stringify(this._opened?.views.kept);
      if (now !== before && this._tracker.has(tab)) {
        before = now;
        void this._tracker.save(tab);
      }
    };
    changes.forEach(change => change.connect(() => (timer ??= setTimeout(save, KEPT_AFTER))));
  }

  private async _askName(kind: ViewKind): Promise<string | null> {
    const { trans } = this._options;
    const { button, value } = await InputDialog.getText({
      title: kind === 'view' ? trans.__('Save the view') : trans.__('Save the set of columns'),
      label: trans.__('Name; one that exists is replaced'),
      okLabel: trans.__('Save')
    });
    const name = value?.trim() ?? '';
    return button.accept && name !== '' ? name : null;
  }

  /** Remember the chosen columns for good. */
  private async _keepColumns(model: RunsModel, isChosen: boolean): Promise<void> {
    const settings = await this._options.settings;
    const kept = settings?.get(COLUMNS).composite;
    if (!isChosen && Array.isArray(kept) && kept.length > 0) {
      model.change({ columns: kept.map(String) });
    }
    let { columns } = model.look;
    model.stateChanged.connect(() => {
      if (model.look.columns !== columns) {
        columns = model.look.columns;
        const isSmall = columns !== null && columns.length <= MOST_KEPT;
        void (isSmall ? settings?.set(COLUMNS, [...(columns ?? [])]) : settings?.remove(COLUMNS));
      }
    });
  }

  private _opened: IOpened | null = null;
  private readonly _bin: RunStore;
  private readonly _tracker = new WidgetTracker<Tab>({ namespace: 'mlstudio-experiments' });
}

/** Columns that the settings remember; more are for saved views. */
const MOST_KEPT = 200;
