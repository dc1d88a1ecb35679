import type { Schemas } from '../api';
import { messageOf } from '../ui';
import type { Opening } from './opening';

type Opened = Schemas['Opened'];

/**
 * What comes after a table was opened. The types of a large text file are those of its first rows: while somebody
 * already works, the kernel reads all of them, and the view goes on with types that every row fits.
 */
export class Settling {
  constructor(
    private readonly _opening: Opening,
    /** Something that is shown changed. */
    private readonly _tell: () => void
  ) {}

  /** Whether all rows are being read. */
  get isReading(): boolean {
    return this._reads;
  }

  /** What the user should know of how the table was read, until put away. */
  get notes(): readonly string[] {
    return this._notes;
  }

  /** Put the notes away. */
  dismiss(): void {
    this._notes = [];
    this._tell();
  }

  /** Show the notes of a table that was opened; `better` hears what all of its rows say, if they had to be read. */
  async follow(better: (before: Opened, now: Opened) => Promise<void>): Promise<void> {
    const { opened, session } = this._opening;
    this._notes = opened?.notes ?? [];
    this._reads = opened?.settled === false && this._opening.can('sources.settle');
    this._tell();
    if (!opened || !session || !this._reads) {
      return;
    }
    try {
      const { result } = await session.ask<Opened>('sources.settle');
      if (session === this._opening.session) {
        this._opening.settle(result);
        this._add(result.notes);
        await better(opened, result);
      }
    } catch (error) {
      if (session === this._opening.session && this._opening.phase === 'ready') {
        this._add([messageOf(error)]);
      }
    } finally {
      if (session === this._opening.session) {
        this._reads = false;
        this._tell();
      }
    }
  }

  private _add(notes: readonly string[]): void {
    this._notes = [...new Set([...this._notes, ...notes])];
  }

  private _notes: readonly string[] = [];
  private _reads = false;
}

/** Tell whether two tables have the same columns, of the same types. */
export function sameColumns(one: Opened, other: Opened): boolean {
  const said = ({ columns }: Opened): string =>
    JSON.stringify(columns.map(({ name, dtype }) => [name, dtype]));
  return said(one) === said(other);
}
