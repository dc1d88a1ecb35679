import { number } from '../ui';
import type { Value } from './column';

/** Write a value: numbers with sensible digits, nothing as a dash, what is no number in words. */
export function written(value: Value): string {
  if (typeof value === 'number') {
    return Number.isFinite(value) ? number(value) : String(value);
  }
  return value ?? '–';
}

const LONGEST = 300;
const BREAKS = /\s+/g;

/** Write a value for one line of the table; what is long is cut. */
export function inCell(value: Value): string {
  if (value === null) {
    return '';
  }
  const text = typeof value === 'number' ? written(value) : value;
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return /\s/.test(short) ? short.replace(BREAKS, ' ') : short;
}
