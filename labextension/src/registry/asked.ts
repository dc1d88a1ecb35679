import { VDomModel } from '@jupyterlab/ui-components';

import { messageOf } from '../ui';

/** Something that is asked of the server when it is to be shown; an older answer never covers a newer one. */
export class Asked<T> extends VDomModel {
  /** What came; null until it has. */
  get value(): T | null {
    return this._value;
  }

  /** Why it did not come; null if it did. */
  get failure(): string | null {
    return this._failure;
  }

  /** Ask; what was there stays until the answer has come, unless it is about something else. */
  async ask(about: string, request: () => Promise<T | undefined>): Promise<void> {
    const turn = ++this._turn;
    if (about !== this._about) {
      this._about = about;
      this._value = null;
      this._failure = null;
      this.stateChanged.emit();
    }
    const answer = await request().then(
      value => ({ value: value ?? null, failure: null }),
      (error: unknown) => ({ value: this._value, failure: messageOf(error) })
    );
    if (turn === this._turn) {
      this._value = answer.value;
      this._failure = answer.failure;
      this.stateChanged.emit();
    }
  }

  private _value: T | null = null;
  private _failure: string | null = null;
  private _about = '';
  private _turn = 0;
}
