import { isGrouped, named, tokens, type INamed, type IToken } from './filter-names';

/** One condition of a filter, such as `metrics.auc > 0.9`. */
export interface ICondition extends INamed {
  readonly sign: Sign;
  /** What it is compared with; a list for IN and NOT IN, nothing for IS NULL. */
  readonly value: string | number | readonly string[] | null;
}

export type Sign =
  | '='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | 'LIKE'
  | 'ILIKE'
  | 'NOT LIKE'
  | 'NOT ILIKE'
  | 'IN'
  | 'NOT IN'
  | 'IS NULL'
  | 'IS NOT NULL';

/** A filter that was understood: all conditions must hold, and all words must be found. */
export interface IFilter {
  readonly conditions: readonly ICondition[];
  readonly words: readonly string[];
}

/** What is wrong with a filter, and where. */
export class FilterError extends Error {
  constructor(
    message: string,
    /** The first wrong character. */
    readonly from: number,
    readonly to: number
  ) {
    super(message);
  }
}

const NUMERIC = new Set(['started', 'ended', 'duration']);

/**
 * Read a filter in MLflow's syntax; words that belong to no condition are searched for.
 *
 * @throws FilterError - It cannot be understood.
 */
export function parseFilter(text: string): IFilter {
  const conditions: ICondition[] = [];
  const words: string[] = [];
  const rest = new Reading(tokens(text), text.length);
  let needsMore = false;
  while (rest.token || needsMore) {
    const token = rest.take('a condition, such as metrics.auc > 0.9');
    if (token.kind === 'open') {
      throw new FilterError(
        `The quote ${token.text.charAt(0)} is not closed.`,
        token.from,
        text.length
      );
    }
    const sign = rest.sign();
    if (sign === null) {
      words.push(wordOf(token));
    } else {
      conditions.push(conditionOf(token, sign, rest));
    }
    needsMore = rest.skipAnd();
  }
  return { conditions, words };
}

function wordOf(token: IToken): string {
  const isPlain = token.kind === 'word' || token.kind === 'text' || token.kind === 'quoted';
  if (!isPlain) {
    throw new FilterError(`A name is missing before ${token.text}.`, token.from, token.to);
  }
  if (token.kind === 'word' && isGrouped(token.text)) {
    throw new FilterError(
      `After ${token.text} a comparison is missing, such as = or >.`,
      token.from,
      token.to
    );
  }
  if (token.kind === 'word' && token.text.toLowerCase() === 'or') {
    throw new FilterError('Only AND can join conditions.', token.from, token.to);
  }
  return token.text.toLowerCase();
}

function conditionOf(token: IToken, sign: Sign, rest: Reading): ICondition {
  const found = token.kind === 'word' ? named(token.text) : null;
  if (found === null) {
    throw new FilterError(
      `${token.text} is unknown. Begin with metrics., params., tags. or attributes.`,
      token.from,
      token.to
    );
  }
  const isNumber = found.kind === 'metric' || (found.kind === 'own' && NUMERIC.has(found.name));
  if (isNumber && !/^([<>!]?=|<|>|IS (NOT )?NULL)$/.test(sign)) {
    throw new FilterError(`${token.text} is a number; ${sign} is for text.`, token.from, token.to);
  }
  return { ...found, sign, value: valueOf(sign, isNumber, rest) };
}

function valueOf(sign: Sign, isNumber: boolean, rest: Reading): ICondition['value'] {
  if (sign === 'IS NULL' || sign === 'IS NOT NULL') {
    return null;
  }
  if (sign === 'IN' || sign === 'NOT IN') {
    return rest.list();
  }
  const value = rest.take('a value');
  if (value.kind === 'open') {
    throw new FilterError(`The quote ${value.text.charAt(0)} is not closed.`, value.from, value.to);
  }
  if (value.kind === 'sign' || value.kind === 'mark') {
    throw new FilterError(`A value is missing before ${value.text}.`, value.from, value.to);
  }
  if (!isNumber) {
    return value.text;
  }
  const number = /^[+-]?inf(inity)?$/i.test(value.text)
    ? Infinity * (value.text.startsWith('-') ? -1 : 1)
    : /^nan$/i.test(value.text)
      ? NaN
      : Number(value.text);
  if (Number.isNaN(number) && !/^nan$/i.test(value.text)) {
    throw new FilterError(`${value.text} is no number.`, value.from, value.to);
  }
  return number;
}

/** Goes through the parts of a filter. */
class Reading {
  constructor(
    private readonly _tokens: readonly IToken[],
    private readonly _end: number
  ) {}

  get token(): IToken | undefined {
    return this._tokens[this._place];
  }

  take(expected: string): IToken {
    const token = this.token;
    if (!token) {
      throw new FilterError(`Here is ${expected} missing.`, this._end, this._end);
    }
    this._place += 1;
    return token;
  }

  /** Take a comparison if there is one. */
  sign(): Sign | null {
    if (this.token?.kind === 'sign') {
      return this.take('a sign').text as Sign; // the pattern lets no other through
    }
    const words = [0, 1, 2].map(step => this._keyword(step));
    for (const [count, sign] of [3, 2, 1].map(
      count => [count, words.slice(0, count).join(' ')] as const
    )) {
      if (SPOKEN.has(sign)) {
        this._place += count;
        return sign as Sign;
      }
    }
    return null;
  }

  /** Go past an AND; tells whether there was one. */
  skipAnd(): boolean {
    const isAnd = this._keyword(0) === 'AND';
    this._place += isAnd ? 1 : 0;
    return isAnd;
  }

  list(): string[] {
    const open = this.take('a list, such as (1, 2)');
    const values: string[] = [];
    let mark = open;
    while (mark.text !== ')' || mark.kind !== 'mark') {
      if (mark.kind !== 'mark') {
        throw new FilterError('A list looks like (1, 2).', mark.from, mark.to);
      }
      values.push(this.take('a value').text);
      mark = this.take(') of the list');
    }
    return values;
  }

  private _keyword(step: number): string {
    const token = this._tokens[this._place + step];
    return token?.kind === 'word' ? token.text.toUpperCase() : '';
  }

  private _place = 0;
}

const SPOKEN = new Set([
  'LIKE',
  'ILIKE',
  'NOT LIKE',
  'NOT ILIKE',
  'IN',
  'NOT IN',
  'IS NULL',
  'IS NOT NULL'
]);

/** Tell what is wrong with a filter; null if it can be understood. */
export function mistakeIn(text: string): FilterError | null {
  try {
    parseFilter(text);
    return null;
  } catch (error) {
    if (error instanceof FilterError) {
      return error;
    }
    throw error;
  }
}
