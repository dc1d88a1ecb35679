import { Signal } from '@lumino/signaling';

/** A widget's model, as far as a saved output looks at it. */
export interface ILiveChart {
  get: (name: string) => unknown;
  on: (event: string, act: () => void) => void;
  off: (event: string, act: () => void) => void;
}

/** The charts that a kernel holds now, by the id of their widget's model. */
class LiveCharts {
  /** Emitted with the id when a chart has come. */
  readonly came = new Signal<this, string>(this);

  get(id: string): ILiveChart | null {
    return this._models.get(id) ?? null;
  }

  add(id: string, model: ILiveChart): void {
    this._models.set(id, model);
    this.came.emit(id);
  }

  delete(id: string): void {
    this._models.delete(id);
  }

  private readonly _models = new Map<string, ILiveChart>();
}

export const liveCharts = new LiveCharts();
