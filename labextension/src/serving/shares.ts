import type { Schemas } from '../api';

/** The part of the requests that a deployment has, every field given. */
export type Share = Required<Schemas['Share']>;

const STEP = 10; // per cent for a deployment that joins

/** A division of the requests among deployments, while it is being changed; weights are per cent. */
export class Division {
  private constructor(readonly shares: readonly Share[]) {}

  /** Take what the server says over, as per cent. */
  static of(answered: readonly Schemas['Share'][]): Division {
    const shares = answered.map(share => ({ model: '', weight: 100, shadow: false, ...share }));
    return new Division(
      shares.map(share => {
        const sum = total(shares.filter(other => isLive(other, share.model)));
        const weight = share.shadow || sum === 0 ? 0 : round((share.weight / sum) * 100);
        return { ...share, weight };
      })
    );
  }

  /** The model names that callers can give, the endpoint's own first. */
  get names(): readonly string[] {
    return [...new Set(this.shares.map(({ model }) => model))].sort();
  }

  /** Those that answer to a model name, by deployment. */
  answering(model: string): readonly Share[] {
    return this.shares.filter(share => isLive(share, model));
  }

  /** Whether somebody answers to every name, so that the division can be applied. */
  get works(): boolean {
    return this.names.every(name => total(this.answering(name)) > 0);
  }

  equals(other: Division): boolean {
    const written = ({ shares }: Division): string =>
      JSON.stringify(
        shares.map(({ number, model, weight, shadow }) => [number, model, weight, shadow]).sort()
      );
    return written(this) === written(other);
  }

  /** Give one of them so many per cent; the others of its name share the rest as before. */
  weigh(share: Share, percent: number): Division {
    const weight = Math.max(0, Math.min(100, round(percent)));
    const others = this.answering(share.model).filter(({ number }) => number !== share.number);
    if (others.length === 0) {
      return this;
    }
    const weights = divided(others, 100 - weight);
    return this._with(
      other =>
        isSame(other, share)
          ? { ...other, weight }
          : { ...other, weight: weights.get(other.number) ?? other.weight },
      share.model
    );
  }

  /** Let a deployment only be compared, or answer again. */
  shadow(share: Share, shadow: boolean): Division {
    const changed = this._with(
      other => (isSame(other, share) ? { ...other, shadow, weight: 0 } : other),
      share.model
    );
    const back = shadow ? share : { ...share, shadow: false };
    return shadow ? changed._balanced(share.model) : changed.weigh(back, STEP);
  }

  /** Let a further deployment answer a little, or only be compared. */
  join(number: number, shadow: boolean, model = ''): Division {
    const share: Share = { number, model, shadow, weight: 0 };
    const joined = new Division([...this.shares, share]);
    return shadow ? joined : joined.weigh(share, STEP);
  }

  /** Take a deployment out. */
  without(share: Share): Division {
    return new Division(this.shares.filter(other => !isSame(other, share)))._balanced(share.model);
  }

  private _balanced(model: string): Division {
    const weights = divided(this.answering(model), 100);
    return this._with(
      share => ({ ...share, weight: share.shadow ? 0 : (weights.get(share.number) ?? 0) }),
      model
    );
  }

  private _with(change: (share: Share) => Share, model: string): Division {
    return new Division(this.shares.map(share => (share.model === model ? change(share) : share)));
  }
}

function isLive(share: Share, model: string): boolean {
  return share.model === model && !share.shadow;
}

export function isSame(one: Share, other: Share): boolean {
  return one.number === other.number && one.model === other.model;
}

/** Divide per cent in proportion, evenly where nobody had any; they sum up exactly. */
function divided(shares: readonly Share[], percent: number): ReadonlyMap<number, number> {
  const sum = total(shares);
  const weights = shares.map(({ number, weight }): [number, number] => [
    number,
    round(sum === 0 ? percent / shares.length : (weight / sum) * percent)
  ]);
  const largest = weights.reduce(
    (best, next) => (next[1] > best[1] ? next : best),
    weights[0] ?? [0, 0]
  );
  largest[1] = round(largest[1] + percent - weights.reduce((all, [, weight]) => all + weight, 0));
  return new Map(weights);
}

function total(shares: readonly Share[]): number {
  return shares.reduce((sum, { weight }) => sum + weight, 0);
}

function round(percent: number): number {
  return Math.round(percent * 10) / 10;
}
