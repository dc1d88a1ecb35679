import { Signal, type ISignal } from '@lumino/signaling';

import type { Changed, Schemas } from '../api';
import { messageOf } from '../ui';
import type { IChartSource } from './chart-source';
import { nameOf, OF_DRAWN, type ChartSpec } from './chart-spec';
import type { IChartRuns } from './plot';
import { hasSteps, type ICurve, type ICurvesLook } from './plot-curves-shape';

/** What a chart draws beside the columns of the runs. */
export type ChartContent =
  | { readonly kind: 'columns' }
  | { readonly kind: 'curves'; readonly curves: readonly ICurve[] }
  | { readonly kind: 'importance'; readonly importance: Schemas['Importance'] }
  | { readonly kind: 'contour'; readonly contour: Schemas['Contour'] }
  | { readonly kind: 'judgement'; readonly judgement: Schemas['Judgement'] }
  | { readonly kind: 'images'; readonly images: Schemas['LoggedImages'] }
  | { readonly kind: 'table'; readonly tables: Schemas['LoggedTables'] };

/** Points of a curve that are asked for: more than there are pixels to tell them apart. */
export const POINTS = 600;

const MOST_RUNS = 100;
const MOST = 2000;
const SLOW_PAUSE = 1500;

/** One chart: what it is about, and what came for it. */
export class ChartModel {
  constructor(
    private _spec: ChartSpec,
    readonly runs: IChartRuns,
    readonly source: IChartSource
  ) {
    runs.changed.connect(this._follow, this);
  }

  /** Emitted when there is something else to draw. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get spec(): ChartSpec {
    return this._spec;
  }

  set spec(spec: ChartSpec) {
    this._spec = spec;
    this._changed.emit();
    this._follow();
  }

  /** What came; null until it has. */
  get content(): ChartContent | null {
    return this._content;
  }

  /** Why it did not come; null when it did. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether something is on its way. */
  get isBusy(): boolean {
    return this._asked > this._answered;
  }

  /** Whether anybody sees it; nothing is asked for a chart that nobody sees. */
  get isSeen(): boolean {
    return this._isSeen;
  }

  set isSeen(isSeen: boolean) {
    this._isSeen = isSeen;
    this._follow();
  }

  /** The runs that the chart shows. */
  get ids(): readonly string[] {
    return (this._spec.runs ?? this.runs.drawn).slice(0, MOST_RUNS);
  }

  /** The runs that it says something about: those drawn one by one, or all that the table shows. */
  get shown(): readonly string[] {
    return OF_DRAWN.has(this._spec.kind)
      ? this.ids
      : (this._spec.runs ?? this.runs.all).slice(0, MOST);
  }

  /** The chart without the table beside it: with the table's filter where there is one, else with its runs. */
  get portable(): ChartSpec {
    const { experiment = null, filter = '' } = this.runs.asked ?? {};
    if (this._spec.runs || this.runs.selected.size > 0 || (experiment === null && filter === '')) {
      return { ...this._spec, runs: [...this.shown] };
    }
    return { ...this._spec, experiment, filter };
  }

  /** Whether its curves have one point each, and are bars therefore. */
  get isBars(): boolean {
    const { _content: content } = this;
    return content?.kind === 'curves' && content.curves.every(({ total }) => total === 1);
  }

  /** How curves are drawn: over time where there are no steps. */
  get look(): ICurvesLook {
    const { by = 'step', smoothing = 0, log_x = false, log_y = false, envelope = true } = this.spec;
    const curves = this._content?.kind === 'curves' ? this._content.curves : [];
    const isStepless = by === 'step' && curves.some(({ total }) => total > 1) && !hasSteps(curves);
    return { by: isStepless ? 'relative' : by, smoothing, logX: log_x, logY: log_y, envelope };
  }

  /** Take note of a change: curves ask for what is new at once, the rest when there is a pause. */
  note({ kind, id }: Changed): void {
    if (kind !== 'run' || !this._content) {
      return;
    }
    const isMine = id === '*' || this.ids.includes(id);
    if (!this._isSeen) {
      this._loaded = isMine ? '' : this._loaded; // asked for when somebody sees it
      return;
    }
    if (this._spec.kind === 'curves' && isMine) {
      this._dirty.add(id);
      void this._catchUp();
    } else if (this._content.kind !== 'columns' && this._spec.kind !== 'curves') {
      this._timer ??= setTimeout(() => {
        this._timer = undefined;
        void this.refresh();
      }, SLOW_PAUSE);
    }
  }

  /** Ask for everything anew. */
  async refresh(): Promise<void> {
    const number = ++this._asked;
    const key = this._key();
    this._loaded = key;
    this._changed.emit();
    try {
      const content = await this._load();
      if (number === this._asked) {
        [this._content, this._failure] = [content, null];
      }
    } catch (error) {
      if (number === this._asked) {
        this._failure = messageOf(error);
      }
    }
    this._answered = Math.max(this._answered, number);
    this._changed.emit();
  }

  dispose(): void {
    clearTimeout(this._timer);
    this._asked += 1; // what is still on its way is nobody's any more
    this.runs.changed.disconnect(this._follow, this);
    Signal.clearData(this);
  }

  private _follow(): void {
    if (this._isSeen && this._key() !== this._loaded) {
      void this.refresh();
    } else if (this._isSeen) {
      this._changed.emit();
    }
  }

  /** What the content depends on; when it is another one, other content is needed. */
  private _key(): string {
    const { kind, metrics, x, y, label, path } = this._spec;
    switch (kind) {
      case 'parallel':
      case 'scatter':
      case 'box':
        return kind;
      case 'importance':
      case 'contour':
        return JSON.stringify([kind, metrics, x, y, this._spec.runs, this.runs.all.length]);
      default:
        return JSON.stringify([kind, metrics, label, path, this.ids]);
    }
  }

  private async _load(): Promise<ChartContent> {
    const { spec, source } = this;
    const [metric = ''] = spec.metrics ?? [];
    const ids = [...this.ids];
    switch (spec.kind) {
      case 'curves':
        return { kind: 'curves', curves: await this._curves(ids) };
      case 'importance': {
        const importance = await source.importance({ metric, ...this._which() });
        return { kind: 'importance', importance };
      }
      case 'contour': {
        const [x, y] = [nameOf(spec.x ?? ''), nameOf(spec.y ?? '')];
        return {
          kind: 'contour',
          contour: await source.contour({ metric, x, y, ...this._which() })
        };
      }
      case 'images':
        return {
          kind: 'images',
          images: await source.images({ runs: ids, path: spec.path ?? '' })
        };
      case 'table': {
        const tables = await source.tables({ runs: ids, path: spec.path ?? '', limit: 100 });
        return { kind: 'table', tables };
      }
      case 'parallel':
      case 'scatter':
      case 'box':
        return { kind: 'columns' };
      default: {
        const asked = { kind: spec.kind, runs: ids, label: spec.label ?? null };
        return { kind: 'judgement', judgement: await source.judgement(asked) };
      }
    }
  }

  /** Which runs count: all that the table shows; null, which costs nothing to say, where it shows everything. */
  private _which(): { runs: string[] | null } {
    return { runs: this._spec.runs ?? [...this.runs.all] };
  }

  private async _curves(ids: readonly string[]): Promise<readonly ICurve[]> {
    const metrics = this._spec.metrics ?? [];
    return ids.length > 0 && metrics.length > 0 ? this.source.curves(ids, metrics, POINTS) : [];
  }

  /** Ask for the curves of the runs that changed; what changes meanwhile is asked for right after. */
  private async _catchUp(): Promise<void> {
    if (this._isCatching) {
      return;
    }
    this._isCatching = true;
    try {
      while (this._dirty.size > 0 && this._isSeen) {
        const ids = this._dirty.has('*') ? this.ids : this.ids.filter(id => this._dirty.has(id));
        this._dirty.clear();
        const [key, fresh] = [this._key(), await this._curves(ids)];
        if (this._content?.kind === 'curves' && key === this._key()) {
          const changed = new Set(ids);
          const kept = this._content.curves.filter(({ run }) => !changed.has(run));
          this._content = { kind: 'curves', curves: ordered([...kept, ...fresh], this.ids) };
          this._changed.emit();
        }
      }
    } catch (error) {
      this._failure = messageOf(error);
      this._changed.emit();
    } finally {
      this._isCatching = false;
    }
  }

  private _content: ChartContent | null = null;
  private _failure: string | null = null;
  private _loaded = '';
  private _isSeen = false;
  private _isCatching = false;
  private _asked = 0;
  private _answered = 0;
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private readonly _dirty = new Set<string>();
  private readonly _changed = new Signal<this, void>(this);
}

function ordered(curves: readonly ICurve[], ids: readonly string[]): ICurve[] {
  const place = new Map(ids.map((id, index) => [id, index]));
  return [...curves].sort((a, b) => (place.get(a.run) ?? 0) - (place.get(b.run) ?? 0));
}
