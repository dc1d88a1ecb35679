import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';

export type Parameter = Schemas['Parameter'];

const UNKNOWN = Symbol('an expression');

/** Return the value that a parameter has in its notebook. */
export function initial(parameter: Parameter): unknown {
  return parameter.literal ? parameter.default : UNKNOWN;
}

/** Write a value as its field shows it; null and expressions leave the field empty. */
export function written({ type, choices }: Parameter, value: unknown): string {
  if (value === UNKNOWN || value === undefined) {
    return '';
  }
  if (choices) {
    return JSON.stringify(value);
  }
  if (value === null) {
    return '';
  }
  const isText = typeof value === 'string' && (type === 'str' || loose(value) === value);
  return isText ? value : JSON.stringify(value);
}

/** Read what stands in a field; undefined if it does not fit. */
export function read({ type, nullable, choices }: Parameter, text: string): unknown {
  if (choices) {
    return JSON.parse(text);
  }
  if (text.trim() === '' && nullable) {
    return null;
  }
  switch (type) {
    case 'str':
      return text;
    case 'int':
      return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'list':
    case 'dict': {
      const value = loose(text);
      const fits = typeof value === 'object' && value !== null;
      return fits && Array.isArray(value) === (type === 'list') ? value : undefined;
    }
    default:
      return loose(text);
  }
}

/** Read JSON where it is JSON, and a text where it is not. */
export function loose(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Say what a field of this type takes. */
export function complaint({ type }: Parameter, trans: TranslationBundle): string {
  return {
    int: trans.__('Enter a whole number.'),
    float: trans.__('Enter a number.'),
    bool: trans.__('Choose yes or no.'),
    list: trans.__('Enter a list such as [1, 2].'),
    dict: trans.__('Enter an object such as {"a": 1}.'),
    str: trans.__('Enter a text.'),
    any: trans.__('Enter a value.')
  }[type];
}

const UNITS: Readonly<Record<string, number>> = { '': 1, s: 1, min: 60, m: 60, h: 3600, d: 86_400 };

/** Read a length of time such as "90", "10 min" or "2 h" as seconds; undefined if it is none. */
export function readSeconds(text: string): number | undefined {
  const [, amount, unit = ''] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/.exec(text) ?? [];
  const factor = UNITS[unit];
  return amount === undefined || factor === undefined ? undefined : Number(amount) * factor;
}

/** Write seconds so that reading them gives the same again. */
export function writtenSeconds(seconds: number): string {
  const [unit, size] = Object.entries({ d: 86_400, h: 3600, min: 60 }).find(
    ([, factor]) => seconds >= factor && seconds % factor === 0
  ) ?? ['s', 1];
  return `${seconds / size} ${unit}`;
}

/** Read lines such as `NAME=value`; undefined if a line is none. */
export function readPairs(text: string): Record<string, string> | undefined {
  const lines = text.split('\n').filter(line => line.trim() !== '');
  const pairs = lines.map(line => /^\s*([A-Za-z_][\w.-]*)\s*=(.*)$/.exec(line));
  return pairs.every(pair => pair !== null)
    ? Object.fromEntries(pairs.map(([, name = '', value = '']) => [name, value.trim()]))
    : undefined;
}

/** Write pairs as lines. */
export function writtenPairs(pairs: Readonly<Record<string, string | number>>): string {
  return Object.entries(pairs)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n');
}
