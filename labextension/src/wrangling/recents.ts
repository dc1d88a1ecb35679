import type { IStateDB } from '@jupyterlab/statedb';

const KEY = 'mlstudio-wrangling-recent-steps';
const KEPT = 6;

/** Remembers which steps somebody used last, in all views. */
export class Recents {
  constructor(private readonly _state: IStateDB | null) {
    void this._load();
  }

  /** The ops of the steps, the last one first. */
  get ops(): readonly string[] {
    return this._ops;
  }

  /** Put a step first. */
  use(op: string): void {
    this._ops = [op, ...this._ops.filter(other => other !== op)].slice(0, KEPT);
    void this._state?.save(KEY, [...this._ops]);
  }

  private async _load(): Promise<void> {
    const kept = await this._state?.fetch(KEY).catch(() => undefined);
    if (Array.isArray(kept) && this._ops.length === 0) {
      this._ops = kept.map(String);
    }
  }

  private _ops: readonly string[] = [];
}
