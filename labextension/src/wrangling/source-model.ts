import { Debouncer } from '@lumino/polling';

import type { Schemas } from '../api';
import { Asking } from './asking';
import type { WrangleModel } from './model';

export type FileSource = Schemas['FileSource'];
export type Inspected = Schemas['Inspected'];

const QUIET = 350;

/** How a file is read, while somebody corrects it: each change is tried on the beginning of the file. */
export class SourceChoice {
  constructor(
    private readonly _model: WrangleModel,
    private readonly _changed: () => void
  ) {
    this.look = new Asking(_changed);
    this._debounced = new Debouncer(() => this._inspect(), QUIET);
  }

  readonly look: Asking<Inspected>;

  /** What was chosen so far; null while nothing is known of the file. */
  get source(): FileSource | null {
    return this._source;
  }

  /** Whether something was corrected. */
  get edited(): boolean {
    return this._edited;
  }

  /** Look at the file as it is read now. */
  async begin(): Promise<void> {
    const { source } = this._model.opening;
    if (source?.kind === 'file') {
      this._edited = false;
      this._source = source;
      await this._inspect();
    }
  }

  /** Correct an option of the file's format. */
  correct(part: Partial<FileSource>): void {
    if (this._source) {
      this._source = { ...this._source, ...part };
      this._edited = true;
      this._changed();
      void this._debounced.invoke();
    }
  }

  /** Read the file again, as chosen. */
  async apply(): Promise<void> {
    if (this._source) {
      this._model.desk.close();
      await this._model.reopen(this._source);
    }
  }

  dispose(): void {
    this._debounced.dispose();
  }

  private async _inspect(): Promise<void> {
    const source = this._source;
    const found = await this.look.ask(() =>
      this._model.ask<Inspected>('sources.inspect', { source })
    );
    if (found && this._source === source) {
      this._source = found.source;
      this._changed();
    }
  }

  private readonly _debounced: Debouncer;
  private _source: FileSource | null = null;
  private _edited = false;
}
