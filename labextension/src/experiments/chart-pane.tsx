import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Api, Changed } from '../api';
import { ChartBoard } from './chart-board';
import { BoardModel } from './chart-board-model';
import { TableRuns } from './chart-runs';
import { ApiSource } from './chart-source';
import type { ChartSpec } from './chart-spec';
import { ownNames } from './chart-words';
import type { RunsModel } from './model';

export interface IChartsPaneOptions {
  api: Api;
  model: RunsModel;
  trans: TranslationBundle;
  /** Puts a chart into the notebook in front; asked each time, null where there is none. */
  inserting: () => ((spec: ChartSpec) => void) | null;
}

/** The board of charts beside the table of runs. */
export class ChartsPane extends ReactWidget {
  constructor(private readonly _options: IChartsPaneOptions) {
    super();
    const { api, model, trans } = _options;
    this.addClass('jp-mlstudio-ChartsPane');
    this._runs = new TableRuns(model, ownNames(trans));
    this.board = new BoardModel(this._runs, new ApiSource(api));
  }

  /** The charts, for views that keep them. */
  readonly board: BoardModel;

  /** Take note of a change: what is drawn of it asks again. */
  note(change: Changed): void {
    this.board.note(change);
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.board.dispose();
      this._runs.dispose();
      super.dispose();
    }
  }

  protected render(): React.JSX.Element {
    const { inserting, trans } = this._options;
    return <ChartBoard board={this.board} inserting={inserting} trans={trans} />;
  }

  private readonly _runs: TableRuns;
}
