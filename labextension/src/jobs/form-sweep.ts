import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';
import { loose, read, type Parameter } from './form-values';

export type SweepSpec = Schemas['SweepSpec'];
type Space = SweepSpec['space'];
type Draw = Schemas['SweepDraws']['draws'][string];

/** How the values of several parameters make jobs. */
export type Combine = 'grid' | 'list' | 'random';
/** How a parameter gets its values. */
export type AxisKind = 'one' | 'values' | 'range';

/** The values of one parameter, as they stand in the form. */
export interface IAxis {
  readonly kind: AxisKind;
  /** Values with commas between them. */
  readonly values: string;
  readonly low: string;
  readonly high: string;
  /** How many numbers of a range. */
  readonly count: string;
  /** Whether numbers of a range are apart by ratio. */
  readonly log: boolean;
}

const ONE: IAxis = { kind: 'one', values: '', low: '', high: '', count: '5', log: false };

/** What differs between the jobs of a sweep, as it stands in the form. */
export class SweepDraft {
  combine: Combine = 'grid';
  /** How many random draws, as typed. */
  draws = '10';
  seed = '';
  metric = '';
  direction: NonNullable<SweepSpec['direction']> = 'maximize';
  /** How many jobs run at the same time, as typed. */
  parallel = '';

  axis(parameter: Parameter): IAxis {
    return this._axes.get(parameter.name) ?? ONE;
  }

  /** Change the values of a parameter; what it begins with fits its type. */
  put(parameter: Parameter, change: Partial<IAxis>): void {
    const before = this._axes.get(parameter.name) ?? { ...ONE, ...beginning(parameter) };
    this._axes.set(parameter.name, { ...before, ...change });
  }

  /** Whether the jobs differ in a parameter. */
  varies(parameter: Parameter): boolean {
    return this.axis(parameter).kind !== 'one';
  }

  /** Say what is wrong with the values of a parameter; null if nothing. */
  axisProblem(parameter: Parameter, trans: TranslationBundle): string | null {
    const axis = this.axis(parameter);
    if (axis.kind === 'values') {
      const values = readValues(parameter, axis.values);
      return values === null || values.length === 0
        ? trans.__('Enter values with commas between them.')
        : null;
    }
    const isRange = axis.kind === 'range';
    if (isRange && !(number(axis.low) < number(axis.high))) {
      return trans.__('Enter two numbers, the smaller one first.');
    }
    if (isRange && axis.log && number(axis.low) <= 0) {
      return trans.__('With a log scale both numbers must be above 0.');
    }
    const counts = isRange && this.combine !== 'random';
    return counts && !(number(axis.count) >= 2) ? trans.__('Enter how many, 2 at least.') : null;
  }

  /** Say what is wrong with the sweep; null if nothing that can be seen here. */
  problem(parameters: readonly Parameter[], trans: TranslationBundle): string | null {
    const varying = parameters.filter(parameter => this.varies(parameter));
    if (varying.length === 0) {
      return trans.__('Give at least one parameter several values.');
    }
    const found = varying.map(parameter => this.axisProblem(parameter, trans)).find(Boolean);
    if (found) {
      return found;
    }
    if (this.combine === 'random' && !isCount(this.draws)) {
      return trans.__('Enter how many jobs to draw.');
    }
    if (this.combine === 'list' && new Set(varying.map(item => this._list(item).length)).size > 1) {
      return trans.__('Side by side, every parameter needs as many values.');
    }
    return this.parallel === '' || isCount(this.parallel)
      ? null
      : trans.__('Enter a whole number, or nothing for no limit.');
  }

  /** What differs between the jobs. */
  space(parameters: readonly Parameter[]): Space {
    const varying = parameters.filter(parameter => this.varies(parameter));
    if (this.combine === 'random') {
      const draws = Object.fromEntries(varying.map(item => [item.name, this._draw(item)]));
      const seed = this.seed.trim() === '' ? null : Number(this.seed);
      return { kind: 'random', draws, count: Number(this.draws), seed };
    }
    if (this.combine === 'list') {
      const lists = varying.map(item => [item.name, this._list(item)] as const);
      const length = Math.max(0, ...lists.map(([, list]) => list.length));
      const set = (place: number): Record<string, unknown> =>
        Object.fromEntries(lists.map(([name, list]) => [name, list[place]]));
      return { kind: 'list', items: Array.from({ length }, (_, place) => set(place)) };
    }
    const values = varying.map(item => [item.name, this._points(item)] as const);
    return { kind: 'grid', values: Object.fromEntries(values) };
  }

  private _points(parameter: Parameter): unknown[] | Schemas['SweepSpan'] {
    const { kind, values, low, high, count, log } = this.axis(parameter);
    return kind === 'range'
      ? { low: number(low), high: number(high), count: Number(count), log }
      : (readValues(parameter, values) ?? []);
  }

  private _list(parameter: Parameter): unknown[] {
    const points = this._points(parameter);
    return Array.isArray(points) ? points : spaced(points, parameter.type === 'int');
  }

  private _draw(parameter: Parameter): Draw {
    const { kind, values, low, high, log } = this.axis(parameter);
    if (kind === 'values') {
      return { kind: 'choice', values: readValues(parameter, values) ?? [] };
    }
    const ends = { low: number(low), high: number(high) };
    const even = parameter.type === 'int' ? 'integer' : 'uniform';
    return { kind: log && parameter.type !== 'int' ? 'loguniform' : even, ...ends };
  }

  private readonly _axes = new Map<string, IAxis>();
}

/** Read values with commas between them; a JSON list is taken as it is; null if one does not fit. */
export function readValues(parameter: Parameter, text: string): unknown[] | null {
  const whole = loose(`[${text.trim().replace(/^\[(.*)\]$/s, '$1')}]`);
  const parts = text.match(/\s*(?:"[^"]*"|'[^']*'|\[[^\]]*\]|\{[^}]*\}|[^,]+)/g) ?? [];
  const values = Array.isArray(whole)
    ? whole.map(value => (parameter.type === 'str' ? String(value) : value))
    : parts.map(part => unquoted(parameter, part.trim()));
  return values.some(value => value === undefined || !fits(parameter, value)) ? null : values;
}

function unquoted(parameter: Parameter, text: string): unknown {
  const plain = text.replace(/^(["'])(.*)\1$/, '$2');
  return plain !== text || parameter.choices ? loose(plain) : read(parameter, plain);
}

function fits({ type, choices }: Parameter, value: unknown): boolean {
  if (choices) {
    return choices.includes(value as (typeof choices)[number]);
  }
  switch (type) {
    case 'int':
      return value === null || Number.isInteger(value);
    case 'float':
      return value === null || typeof value === 'number';
    case 'bool':
      return value === null || typeof value === 'boolean';
    default:
      return true;
  }
}

/** What a parameter's values begin with: all of its choices, or numbers about its default. */
function beginning({ type, choices, default: given }: Parameter): Partial<IAxis> {
  if (choices) {
    return { values: choices.map(choice => String(choice)).join(', ') };
  }
  if (type === 'bool') {
    return { values: 'true, false' };
  }
  const value = typeof given === 'number' && given !== 0 ? given : 1;
  const isNumber = type === 'int' || type === 'float';
  return isNumber
    ? { values: `${value}, ${value * 2}`, low: String(value), high: String(value * 10) }
    : {};
}

function spaced({ low, high, count, log }: Schemas['SweepSpan'], whole: boolean): number[] {
  const share = (place: number): number => place / Math.max(1, count - 1);
  const at = (place: number): number =>
    log ? low * (high / low) ** share(place) : low + (high - low) * share(place);
  return Array.from({ length: count }, (_, place) => (whole ? Math.round(at(place)) : at(place)));
}

function number(text: string): number {
  return text.trim() === '' ? NaN : Number(text);
}

function isCount(text: string): boolean {
  return /^[1-9]\d*$/.test(text.trim());
}
