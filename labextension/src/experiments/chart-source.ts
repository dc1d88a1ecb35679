import type { Api, Schemas } from '../api';
import { Packed, type Place } from './packed';
import type { ICurve } from './plot-curves-shape';

/** Where charts get what is not in the table of runs: from the server, or from the kernel. */
export interface IChartSource {
  curves(ids: readonly string[], metrics: readonly string[], points: number): Promise<ICurve[]>;
  importance(spec: Schemas['ImportanceSpec']): Promise<Schemas['Importance']>;
  contour(spec: Schemas['ContourSpec']): Promise<Schemas['Contour']>;
  judgement(spec: Schemas['JudgementSpec']): Promise<Schemas['Judgement']>;
  images(spec: Schemas['LoggedSpec']): Promise<Schemas['LoggedImages']>;
  tables(spec: Schemas['LoggedSpec']): Promise<Schemas['LoggedTables']>;
  /** Where a picture of a run can be had. */
  imageUrl(run: string, path: string): Promise<string>;
  /** Draw a chart of given runs as SVG. */
  svg(spec: Schemas['ChartSpec']): Promise<string>;
}

interface ICurvesHeader {
  items: {
    run: string;
    metric: string;
    total: number;
    steps: Place;
    times: Place;
    values: Place;
    low: Place | null;
    high: Place | null;
  }[];
}

/** Read curves as the server packs them. */
export function readCurves(body: ArrayBuffer): ICurve[] {
  const packed = new Packed<ICurvesHeader>(body);
  return packed.header.items.map(({ run, metric, total, steps, times, values, low, high }) => ({
    ...{ run, metric, total },
    steps: packed.floats(steps),
    times: packed.floats(times),
    values: packed.floats(values),
    low: low ? packed.floats(low) : null,
    high: high ? packed.floats(high) : null
  }));
}

/** The server's answers. */
export class ApiSource implements IChartSource {
  constructor(private readonly _api: Api) {}

  async curves(
    ids: readonly string[],
    metrics: readonly string[],
    points: number
  ): Promise<ICurve[]> {
    const { data } = await this._api.POST('/experiments/curves', {
      body: { ids: [...ids], metrics: [...metrics], points },
      parseAs: 'arrayBuffer'
    });
    return data ? readCurves(data) : [];
  }

  async importance(body: Schemas['ImportanceSpec']): Promise<Schemas['Importance']> {
    return given((await this._api.POST('/experiments/importance', { body })).data);
  }

  async contour(body: Schemas['ContourSpec']): Promise<Schemas['Contour']> {
    return given((await this._api.POST('/experiments/contour', { body })).data);
  }

  async judgement(body: Schemas['JudgementSpec']): Promise<Schemas['Judgement']> {
    return given((await this._api.POST('/experiments/judgement', { body })).data);
  }

  async images(body: Schemas['LoggedSpec']): Promise<Schemas['LoggedImages']> {
    return given((await this._api.POST('/experiments/images', { body })).data);
  }

  async tables(body: Schemas['LoggedSpec']): Promise<Schemas['LoggedTables']> {
    return given((await this._api.POST('/experiments/tables', { body })).data);
  }

  async imageUrl(id: string, path: string): Promise<string> {
    const { data } = await this._api.GET('/experiments/runs/{id}/artifact', {
      params: { path: { id }, query: { path } },
      parseAs: 'blob'
    });
    return URL.createObjectURL(data as unknown as Blob);
  }

  async svg(body: Schemas['ChartSpec']): Promise<string> {
    const { data } = await this._api.POST('/experiments/picture', { body, parseAs: 'text' });
    return String(data ?? '');
  }
}

function given<T>(answer: T | undefined): T {
  if (answer === undefined) {
    throw new Error('The server gave no answer. Try again.');
  }
  return answer;
}
