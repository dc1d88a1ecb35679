import { number } from '../ui';
import { valueText as written } from './words';

/** A metric, a param or a tag. */
export type Value = number | string | null;

const LONGEST = 200;

/** Write a value as a cell of the table shows it. */
export function valueText(value: Value | undefined): string {
  const isLong = typeof value === 'string' && value.length > LONGEST;
  return isLong ? `${value.slice(0, LONGEST)}…` : written(value);
}

/** The value of the run at a place; where all runs have the same, only one is there. */
export function valueAt<T>(values: readonly T[], place: number): T | undefined {
  return values.length === 1 ? values[0] : values[place];
}

/** By how much a number differs from that of the reference, such as "+0.012"; nothing for what is no number. */
export function deltaText(value: Value | undefined, reference: Value | undefined): string {
  if (typeof value !== 'number' || typeof reference !== 'number' || value === reference) {
    return '';
  }
  const delta = value - reference;
  return `${delta > 0 ? '+' : '−'}${number(Math.abs(delta))}`;
}
