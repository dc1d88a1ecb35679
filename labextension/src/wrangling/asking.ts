import { messageOf } from '../ui';
import { SessionError } from './transport';

/** One question to the session that takes a while: its answer, or why there is none. The last one asked counts. */
export class Asking<T> {
  /**
   * @param _changed - Says that something that is shown changed.
   */
  constructor(private readonly _changed: () => void) {}

  get answer(): T | null {
    return this._answer;
  }

  get problem(): string | null {
    return this._problem;
  }

  get running(): boolean {
    return this._running;
  }

  /** Put an answer in the place of the one before; that one stays to be seen until then. */
  async ask(question: () => Promise<T>): Promise<T | null> {
    const asked = ++this._asked;
    this._running = true;
    this._problem = null;
    this._changed();
    try {
      const answer = await question();
      return asked === this._asked ? this._settle(answer, null) : null;
    } catch (error) {
      if (asked === this._asked) {
        const stopped = error instanceof SessionError && error.reason === 'stopped';
        this._settle(this._answer, stopped ? null : messageOf(error));
      }
      return null;
    }
  }

  /** Forget the answer. */
  clear(): void {
    this._asked++;
    this._settle(null, null);
  }

  private _settle(answer: T | null, problem: string | null): T | null {
    this._running = false;
    this._answer = answer;
    this._problem = problem;
    this._changed();
    return answer;
  }

  private _answer: T | null = null;
  private _problem: string | null = null;
  private _running = false;
  private _asked = 0;
}
