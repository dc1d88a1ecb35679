import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { SplitPanel, Widget } from '@lumino/widgets';

import type { Api, Changed } from '../api';
import { Comparison } from './compare';
import { ComparisonModel } from './comparison';
import { RunDetail, type IDetailActions } from './detail';
import type { RunsModel } from './model';
import { RunModel } from './run';
import { RunsView, type ITableActions } from './view';

const NARROW = 760;

export interface ITabOptions {
  api: Api;
  model: RunsModel;
  table: ITableActions;
  detail: IDetailActions;
  trans: TranslationBundle;
}

/** The Experiments tab: all runs on the left; on the right one of them, or a comparison of several. */
export class ExperimentsTab extends SplitPanel {
  constructor(private readonly _options: ITabOptions) {
    super({ orientation: 'horizontal', spacing: 1 });
    const { model, table, trans } = _options;
    this.addClass('jp-mlstudio-ExperimentsTab');
    this.runs = new RunsView(model, table, trans);
    this.addWidget(this.runs);
    model.stateChanged.connect(this._follow, this);
    this._follow();
  }

  /** The left half. */
  readonly runs: RunsView;

  override dispose(): void {
    this._options.model.stateChanged.disconnect(this._follow, this);
    super.dispose();
    this._options.model.dispose();
  }

  /** Take note of a change: what is shown on the right asks again. */
  note(change: Changed): void {
    this._run?.note(change);
    this._comparison?.note(change);
  }

  protected override onResize(message: Widget.ResizeMessage): void {
    super.onResize(message);
    this._fold();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._fold();
  }

  /** Show on the right what the model says. */
  private _follow(): void {
    const { model } = this._options;
    const { compared, current } = model;
    if (compared.length > 1) {
      this._compare();
      this._comparison?.compare(compared, model.columns);
    } else if (current === null) {
      this._replace(null);
    } else if (this._run?.id !== current) {
      this._open(current);
    }
  }

  private _compare(): void {
    if (this._comparison === null) {
      const { api, model, detail, trans } = this._options;
      this._comparison = new ComparisonModel(api);
      const open = (id: string): void => {
        model.select([]);
        detail.open(id);
      };
      const actions = { close: () => model.select([]), open };
      this._replace(new Comparison(this._comparison, actions, trans), {
        comparison: this._comparison
      });
    }
  }

  private _open(id: string): void {
    const { api, detail, trans } = this._options;
    const run = new RunModel(api, id);
    this._replace(new RunDetail(run, detail, trans), { run });
    void run.refresh();
  }

  private _replace(
    widget: Widget | null,
    models: { run?: RunModel; comparison?: ComparisonModel } = {}
  ): void {
    const hadNone = this.widgets.length < 2;
    const sizes = this.relativeSizes();
    this._side?.dispose();
    [this._run, this._comparison] = [models.run ?? null, models.comparison ?? null];
    this._side = widget;
    if (widget) {
      this.addWidget(widget);
      this.setRelativeSizes(hadNone ? [0.55, 0.45] : sizes);
    }
    this._fold();
  }

  /** Where there is no room for two halves, show the one that was asked for. */
  private _fold(): void {
    const isNarrow = this.node.clientWidth > 0 && this.node.clientWidth < NARROW;
    this.toggleClass('jp-mod-narrow', isNarrow);
    this.runs.setHidden(isNarrow && this._side !== null);
  }

  private _side: Widget | null = null;
  private _run: RunModel | null = null;
  private _comparison: ComparisonModel | null = null;
}
