const PAUSE = 100;

/**
 * Asks at once, and then at most so often; whoever asks meanwhile is answered by the next question, so that many changes
 * make few requests.
 */
export class Pace {
  constructor(
    private readonly _question: () => Promise<void>,
    private readonly _pause = PAUSE
  ) {}

  /** Ask, or join the question that comes next; resolves when it is answered. */
  async ask(): Promise<void> {
    if (this._next === null) {
      this._next = this._begin();
      void this._next.catch(() => undefined); // told to whoever waits for it
    }
    return this._next;
  }

  dispose(): void {
    this._isDisposed = true;
  }

  private async _begin(): Promise<void> {
    await this._asking;
    const rest = this._earliest - Date.now();
    if (rest > 0) {
      await new Promise(resolve => setTimeout(resolve, rest));
    }
    this._next = null;
    if (this._isDisposed) {
      return;
    }
    this._earliest = Date.now() + this._pause;
    this._asking = this._question().catch(() => undefined);
    await this._asking;
  }

  private _next: Promise<void> | null = null;
  private _asking: Promise<void> = Promise.resolve();
  private _earliest = 0;
  private _isDisposed = false;
}
