import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { SplitPanel, type Widget } from '@lumino/widgets';

import type { RunsModel } from './model';
import { RunsView, type ITableActions } from './view';
import type { SavedViews } from './views';

const NARROW = 760;
const SHARES = [0.58, 0.42];

export interface ITabOptions {
  model: RunsModel;
  actions: ITableActions;
  views: SavedViews;
  trans: TranslationBundle;
  /** What stands at the right: the charts. */
  charts: Widget | null;
}

/** The Experiments tab: all runs on the left, their charts on the right. */
export class ExperimentsTab extends SplitPanel {
  constructor({ model, actions, views, trans, charts }: ITabOptions) {
    super({ orientation: 'horizontal', spacing: 1 });
    this.addClass('jp-mlstudio-ExperimentsTab');
    this.runs = new RunsView(model, actions, views, trans);
    this.addWidget(this.runs);
    if (charts) {
      this.addWidget(charts);
      this.setRelativeSizes(SHARES);
    }
    this._charts = charts;
  }

  /** The left half. */
  readonly runs: RunsView;

  protected override onResize(message: Widget.ResizeMessage): void {
    super.onResize(message);
    this._fold();
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    this._fold();
  }

  /** Where there is no room for two halves, they stand one above the other. */
  private _fold(): void {
    const isNarrow = this.node.clientWidth > 0 && this.node.clientWidth < NARROW;
    const orientation = isNarrow ? 'vertical' : 'horizontal';
    if (this._charts && orientation !== this.orientation) {
      this.orientation = orientation;
      this.setRelativeSizes(isNarrow ? [0.64, 0.36] : SHARES);
    }
  }

  private readonly _charts: Widget | null;
}
