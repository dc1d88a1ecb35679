import type { IGroup } from './group';
import type { RunsModel } from './model';

/** Selects the runs of lines, and folds what stands below them. */
export class Ticks {
  constructor(private readonly _model: RunsModel) {}

  /** The line from which a range goes on: the last one that was selected or no longer; below zero at first. */
  get anchor(): number {
    return this._anchor;
  }

  /** Show what stands below a line, or hide it. */
  fold(line: number): void {
    const { lines, table } = this._model;
    if (lines.isOpenAt(line) !== null) {
      const group = lines.groupAt(line);
      this._model.fold(group ? group.path : table.idAt(lines.rowAt(line)));
    }
  }

  isTicked(line: number): boolean {
    return this.idsAt(line).every(id => this._model.isSelected(id));
  }

  /** Select a line or no longer; with a range, all from the last one that was selected. */
  tick(line: number, isOn: boolean, from: number): void {
    const [first, last] = [Math.min(line, from), Math.max(line, from)];
    const ids = new Set<string>();
    for (let place = first; place <= last; place += 1) {
      this.idsAt(place).forEach(id => ids.add(id));
    }
    this._anchor = line;
    const others = this._model.selected.filter(id => !ids.has(id));
    this._model.select(isOn ? [...others, ...ids] : others);
  }

  /** The runs of a line: one, or all of a group. */
  idsAt(line: number): string[] {
    const { lines, table } = this._model;
    const group: IGroup | null = lines.groupAt(line);
    const rows = group ? [...group.rows] : [lines.rowAt(line)];
    return rows.filter(row => row >= 0).map(row => table.idAt(row));
  }

  private _anchor = -1;
}
