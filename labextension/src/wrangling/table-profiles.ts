import type { Schemas } from '../api';
import type { Profile } from './table';

type Profiles = Schemas['Profiles'];
type Tier = Profiles['tier'];

/** Asks the kernel for the statistics of columns, as sure as a tier has them. */
export type Describe = (columns: readonly string[], tier: Tier) => Promise<Profiles>;

const MANY = 64;
const FEW = 4;

/**
 * The statistics of the columns of a table. A sample comes at once; then what was estimated is replaced, tier by tier, by
 * what was counted. The columns that are looked at come first.
 */
export class ProfileBook {
  constructor(
    private readonly _describe: Describe,
    private readonly _tell: () => void
  ) {}

  get(column: string): Profile | null {
    return this._known.get(column) ?? null;
  }

  /** How many columns have their statistics. */
  get size(): number {
    return this._known.size;
  }

  /** Whether statistics are still on their way. */
  get isBusy(): boolean {
    return this._busy;
  }

  /** Forget what is known; `first` are the columns to begin with. */
  async read(columns: readonly string[], first: readonly string[]): Promise<void> {
    const asked = ++this._asked;
    this._known = new Map();
    const ordered = [...first, ...columns.filter(name => !first.includes(name))];
    this._busy = true;
    try {
      let tier: Tier | null = 'sampled';
      while (tier !== null && asked === this._asked) {
        tier = await this._readTier(ordered, tier, asked);
      }
    } catch {
      // the rows of the same table fail for the same reason, and say so
    } finally {
      if (asked === this._asked) {
        this._busy = false;
        this._tell();
      }
    }
  }

  /** Forget everything, and what is still on its way. */
  clear(): void {
    this._asked++;
    this._busy = false;
    this._known = new Map();
  }

  /** Answers the tier that comes next; null if there is none. */
  private async _readTier(
    columns: readonly string[],
    tier: Tier,
    asked: number
  ): Promise<Tier | null> {
    let next: Tier | null = null;
    const many = tier === 'quantiles' ? FEW : MANY;
    for (let start = 0; start < columns.length; start += many) {
      const answer = await this._describe(columns.slice(start, start + many), tier);
      if (asked !== this._asked) {
        return null;
      }
      answer.items.forEach(profile => this._known.set(profile.name, profile));
      next ??= answer.next ?? null; // a kernel with an older library says nothing
      this._tell();
    }
    return next;
  }

  private _known = new Map<string, Profile>();
  private _busy = false;
  private _asked = 0;
}
