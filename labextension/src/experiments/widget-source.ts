import type { DOMWidgetModel } from '@jupyter-widgets/base';

import type { Schemas } from '../api';
import { readCurves, type IChartSource } from './chart-source';
import type { ICurve } from './plot-curves-shape';

const WAIT = 10_000;

/** What the kernel has sent for a chart; it sends again whenever something changed. */
export class KernelSource implements IChartSource {
  constructor(private readonly _model: DOMWidgetModel) {}

  async curves(): Promise<ICurve[]> {
    const packed = this._model.get('curves') as DataView | null;
    return packed && packed.byteLength > 0
      ? readCurves(
          new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength).slice().buffer
        )
      : [];
  }

  async importance(): Promise<Schemas['Importance']> {
    return this._content('importance');
  }

  async contour(): Promise<Schemas['Contour']> {
    return this._content('contour');
  }

  async judgement(): Promise<Schemas['Judgement']> {
    return this._content('judgement');
  }

  async images(): Promise<Schemas['LoggedImages']> {
    return this._content('images');
  }

  async tables(): Promise<Schemas['LoggedTables']> {
    return this._content('tables');
  }

  async imageUrl(run: string, path: string): Promise<string> {
    const files = (this._model.get('files') ?? {}) as Record<string, DataView>;
    const file = files[`${run}/${path}`];
    if (!file) {
      throw new Error('The kernel sent no such picture.');
    }
    const bytes = new Uint8Array(file.buffer, file.byteOffset, file.byteLength).slice();
    return URL.createObjectURL(new Blob([bytes]));
  }

  /** Ask the kernel for the chart as SVG, which it can draw when it is idle. */
  async svg(): Promise<string> {
    return new Promise((done, failed) => {
      const timer = setTimeout(() => {
        this._model.off('msg:custom', answered);
        failed(new Error('The kernel is busy. Try again when it is idle.'));
      }, WAIT);
      const answered = (message: { svg?: string }): void => {
        if (message.svg !== undefined) {
          clearTimeout(timer);
          this._model.off('msg:custom', answered);
          done(message.svg);
        }
      };
      this._model.on('msg:custom', answered);
      this._model.send({ ask: 'svg' }, {});
    });
  }

  private _content<T>(name: string): T {
    const found = ((this._model.get('content') ?? {}) as Record<string, unknown>)[name];
    if (found === undefined || found === null) {
      throw new Error(String(this._model.get('failure') || 'The kernel has sent nothing yet.'));
    }
    return found as T; // the kernel writes the same types as the server
  }
}
