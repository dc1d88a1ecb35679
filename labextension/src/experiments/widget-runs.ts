import { Signal } from '@lumino/signaling';

import { number } from '../ui';
import { COLOURS } from './lines';
import type { IChartColumn, IChartRuns } from './plot';

/** The runs of a chart in a cell, as the kernel sends them or the server's table has them. */
export interface ICellRuns {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  readonly columns: readonly {
    readonly key: string;
    readonly name: string;
    readonly values: readonly (number | string | null)[];
  }[];
}

/** The runs of a chart in a cell: what came for it, and a selection of its own. */
export class CellRuns implements IChartRuns {
  readonly changed = new Signal<this, void>(this);
  readonly pointed = new Signal<this, string | null>(this);

  /** Take what came; nothing happens if it is what is here. */
  set(runs: ICellRuns): void {
    const told = JSON.stringify(runs);
    if (told === this._told) {
      return;
    }
    this._told = told;
    this.drawn = this.all = runs.ids;
    this.keys = runs.columns.map(({ key }) => key);
    this._names = new Map(runs.ids.map((id, place) => [id, runs.names[place] ?? id]));
    this._places = new Map(runs.ids.map((id, place) => [id, place]));
    this._columns = new Map(runs.columns.map(one => [one.key, columnOf(one)]));
    this.changed.emit();
  }

  drawn: readonly string[] = [];
  all: readonly string[] = [];
  keys: readonly string[] = [];

  get selected(): ReadonlySet<string> {
    return this._selected;
  }

  get highlighted(): string | null {
    return this._highlighted;
  }

  set highlighted(id: string | null) {
    if (id !== this._highlighted) {
      this._highlighted = id;
      this.pointed.emit(id);
    }
  }

  column(key: string): IChartColumn | null {
    return this._columns.get(key) ?? null;
  }

  nameOf(id: string): string {
    return this._names.get(id) ?? id.slice(0, 8);
  }

  colourOf(id: string): string {
    return COLOURS[(this._places.get(id) ?? 0) % COLOURS.length] ?? COLOURS[0];
  }

  toggle(id: string): void {
    const selected = new Set(this._selected);
    if (!selected.delete(id)) {
      selected.add(id);
    }
    this._selected = selected;
    this.changed.emit();
  }

  brush(): void {
    // There is no table beside a cell; what is brushed is marked in the chart.
  }

  private _told = '';
  private _selected: ReadonlySet<string> = new Set();
  private _highlighted: string | null = null;
  private _names = new Map<string, string>();
  private _places = new Map<string, number>();
  private _columns = new Map<string, IChartColumn>();
}

function columnOf({ key, name, values }: ICellRuns['columns'][number]): IChartColumn {
  const isNumber = values.every(value => typeof value !== 'string');
  return {
    ...{ key, name, isNumber },
    numberAt: place => Number(values[place] ?? NaN),
    textAt: place => {
      const value = values[place] ?? null;
      return value === null ? '' : typeof value === 'number' ? number(value) : value;
    }
  };
}
