import { VDomModel } from '@jupyterlab/ui-components';

import { messageOf } from '../ui';
import { Pace } from './pace';

const PAUSE = 300;

/** A list that the server keeps: schedules, sweeps. */
export class Listed<T extends { readonly id: string; readonly name: string }> extends VDomModel {
  constructor(private readonly _get: () => Promise<readonly T[]>) {
    super();
  }

  override dispose(): void {
    this._pace.dispose();
    super.dispose();
  }

  get items(): readonly T[] {
    return this._items;
  }

  /** Why the list could not be had; null when it could. */
  get failure(): string | null {
    return this._failure;
  }

  /** Whether the list was asked for and has come. */
  get loaded(): boolean {
    return this._loaded;
  }

  /** Return what has an id; null if nothing listed has it. */
  get(id: string | null): T | null {
    return this._items.find(item => item.id === id) ?? null;
  }

  /** Ask for the list; what is asked while an answer is on its way is asked once. */
  async refresh(): Promise<void> {
    return this._pace.ask();
  }

  private async _ask(): Promise<void> {
    try {
      this._items = await this._get();
      this._failure = null;
      this._loaded = true;
    } catch (error) {
      this._failure = messageOf(error);
    }
    if (!this.isDisposed) {
      this.stateChanged.emit();
    }
  }

  private _items: readonly T[] = [];
  private _failure: string | null = null;
  private _loaded = false;
  private readonly _pace = new Pace(() => this._ask(), PAUSE);
}
