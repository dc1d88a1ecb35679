import type { IStateDB } from '@jupyterlab/statedb';

const KEY = 'mlstudio-wrangling-recent-steps';
const LANGUAGE = 'mlstudio-wrangling-language';
const KEPT = 6;

type Spoken = 'polars' | 'pandas' | 'sql' | 'sklearn';

/** Remembers which steps and which language somebody used last, in all views. */
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

  /** The language that recipes were last written in. */
  get language(): Spoken | null {
    return this._language;
  }

  speak(language: Spoken): void {
    this._language = language;
    void this._state?.save(LANGUAGE, language);
  }

  private async _load(): Promise<void> {
    const spoken = await this._state?.fetch(LANGUAGE).catch(() => undefined);
    this._language ??= LANGUAGES.find(known => known === spoken) ?? null;
    const kept = await this._state?.fetch(KEY).catch(() => undefined);
    if (Array.isArray(kept) && this._ops.length === 0) {
      this._ops = kept.map(String);
    }
  }

  private _ops: readonly string[] = [];
  private _language: Spoken | null = null;
}

const LANGUAGES: readonly Spoken[] = ['polars', 'pandas', 'sql', 'sklearn'];
