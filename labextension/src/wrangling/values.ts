import { percent } from '../ui/format';
import type { Column, Profile } from './table';

const LONG = 200;

/** Whether values of a column are written to the right. */
export function isNumeric({ role }: Pick<Column, 'role'>): boolean {
  return role === 'number';
}

/** Whether a value is missing; NaN is too. */
export function isMissing(value: unknown): boolean {
  return value === null || value === undefined || Number.isNaN(value);
}

/** Write a value as it stands in a cell; null is written by the caller. */
export function written(value: unknown, column: Column): string {
  if (value === null || value === undefined) {
    return '';
  }
  if (typeof value === 'number' || typeof value === 'bigint') {
    return column.role === 'date' || column.role === 'datetime'
      ? moment(Number(value), column.role)
      : figure(value);
  }
  if (value instanceof Date) {
    return moment(value.getTime(), column.role);
  }
  const text = String(value);
  return text.length > LONG ? `${text.slice(0, LONG)}…` : text;
}

/** Write a value with nothing cut or rounded. */
export function plain(value: unknown, column: Pick<Column, 'role'>): string {
  const isTime = column.role === 'date' || column.role === 'datetime';
  if (isTime && (typeof value === 'number' || typeof value === 'bigint')) {
    const time = new Date(Number(value)).toISOString();
    return column.role === 'date' ? time.slice(0, 10) : time.replace(/(\.000)?Z$/, '');
  }
  return String(value);
}

/** Write a number with all the digits that matter. */
export function figure(value: number | bigint): string {
  if (typeof value === 'bigint' || Number.isInteger(value)) {
    return String(value);
  }
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  }
  const size = Math.abs(value);
  return size >= 1e15 || size < 1e-5
    ? value.toExponential(4)
    : String(Number(value.toPrecision(7)));
}

/** Write a time given in milliseconds since 1970; the kernel sends local times as if they were UTC. */
export function moment(milliseconds: number, role: string): string {
  const time = new Date(milliseconds);
  if (Number.isNaN(time.getTime())) {
    return String(milliseconds);
  }
  const text = time.toISOString();
  return role === 'date' ? text.slice(0, 10) : text.slice(0, 19).replace('T', ' ');
}

/** Make the kernel's name of a type short enough for the head of a column. */
export function shortType(dtype: string): string {
  const base = dtype.replace(/\(.*$/s, '');
  const known: Record<string, string> = {
    String: 'text',
    Utf8: 'text',
    Boolean: 'yes/no',
    Categorical: 'category',
    Enum: 'category',
    Datetime: 'date & time',
    Float64: 'float',
    Int64: 'int'
  };
  return known[base] ?? base.toLowerCase();
}

const SMALLEST = 0.0005;

/** Write a share of one as per cent; what is there at all is not written as nothing. */
export function shareWords(share: number): string {
  return share > 0 && share < SMALLEST ? '<0.1%' : percent(share);
}

const SIGNS: Readonly<Record<string, string>> = {
  number: '#',
  text: 'T',
  date: '◷',
  datetime: '◷',
  time: '◷',
  duration: '◷',
  boolean: '◐',
  nested: '{}',
  other: '?'
};

/** Get a small sign for what a column is. */
export function typeSign(role: string): string {
  return SIGNS[role] ?? '?';
}

const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });

/** Write a number as short as can be, such as "55K". */
export function compact(value: number): string {
  return short.format(value);
}

/** Figures of a profile that are found together. */
export type Figure = keyof Profile['sure'];
export type Sureness = Profile['exactness'];

/** Get how sure a figure is: counted, estimated from some rows, or from a sketch of all. */
export function surenessOf(profile: Profile, figure: Figure): Sureness {
  return profile.sure[figure];
}

/** Whether a figure is anything but exact. */
export function isUnsure(profile: Profile, figure: Figure): boolean {
  return surenessOf(profile, figure) !== 'exact';
}

/** Get the sign that stands before a figure that is not exact: sampled, or sketched. */
export function surenessSign(profile: Profile, figure: Figure): string {
  return { exact: '', sampled: '≈ ', sketched: '~ ' }[surenessOf(profile, figure)];
}
