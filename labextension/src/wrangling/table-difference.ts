import type { Schemas } from '../api';
import type { IRowChange } from './grid-cells';
import { decode, PENDING, Pages } from './pages';
import type { Step } from './recipes';
import type { Column } from './table';
import type { IAnswer } from './transport';

type Counts = Schemas['Difference'];

/** What is compared: the table before and after the last of some steps, or after a step that is being written. */
export interface ICompared {
  upto: number;
  step: Step | null;
  columns: readonly Column[];
}

const KIND = '__change__';
const COLUMNS = '__changed__';
const BEFORE = '__before__';
const SEPARATOR = '\u001f';
const NOTHING: ReadonlySet<string> = new Set();

/** The rows of a table with what a step did to them. */
export class Difference {
  constructor(
    private readonly _changes: (args: object) => Promise<IAnswer<Schemas['Window']>>,
    private readonly _count: (args: object) => Promise<Counts>,
    private readonly _tell: () => void
  ) {}

  /** The rows, those that a step removed among them; null while nothing is compared. */
  get rows(): Pages | null {
    return this._rows;
  }

  get counts(): Counts | null {
    return this._counts;
  }

  /** The columns to show: those after the step, and those that it removed. */
  get columns(): readonly Column[] {
    const gone = this._counts?.columns_removed ?? [];
    const before = this._before.filter(({ name }) => gone.includes(name));
    return [...(this._compared?.columns ?? []), ...before];
  }

  /** Whether rows are compared, so that the grid should show them. */
  get isShown(): boolean {
    return this._rows !== null && this._counts?.marks === true;
  }

  /** Compare; the same again is asked for once. */
  show(compared: ICompared, before: readonly Column[]): void {
    if (JSON.stringify(compared) === JSON.stringify(this._compared)) {
      return;
    }
    this.clear();
    this._compared = compared;
    this._before = before;
    void this._begin(compared);
  }

  clear(): void {
    this._rows?.close();
    this._rows = null;
    this._counts = null;
    this._compared = null;
  }

  /** What happened to a row; null while its page is on its way. */
  change(row: number): IRowChange | null {
    const kind = this._rows?.peek(row, KIND);
    if (typeof kind !== 'string' || kind === 'same') {
      return null;
    }
    const names = this._rows?.peek(row, COLUMNS);
    const columns = typeof names === 'string' && names ? new Set(names.split(SEPARATOR)) : NOTHING;
    return { kind: kind as IRowChange['kind'], columns };
  }

  /** What stood in a cell before; `PENDING` if nobody knows. */
  before(row: number, column: string): unknown {
    return this._rows?.peek(row, BEFORE + column) ?? PENDING;
  }

  private async _begin(compared: ICompared): Promise<void> {
    const { upto, step } = compared;
    try {
      const counts = await this._count({ upto, step });
      if (compared !== this._compared) {
        return;
      }
      this._counts = counts;
      if (counts.marks) {
        this._rows = this._pages(compared);
      }
    } catch {
      // a step that fails says so in the recipe
    }
    this._tell();
  }

  private _pages({ upto, step }: ICompared): Pages {
    const pages = new Pages(async (start, stop) => {
      const { result, table } = await this._changes({ upto, step, start, stop });
      return { window: result, table: await decode(table) };
    }, null);
    pages.arrived.connect((_, { grown }) => grown && this._tell());
    pages.start();
    return pages;
  }

  private _rows: Pages | null = null;
  private _counts: Counts | null = null;
  private _compared: ICompared | null = null;
  private _before: readonly Column[] = [];
}
