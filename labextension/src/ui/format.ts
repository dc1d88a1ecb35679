const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const STEPS: readonly (readonly [number, number, Intl.RelativeTimeFormatUnit])[] = [
  [MINUTE, SECOND, 'second'],
  [HOUR, MINUTE, 'minute'],
  [DAY, HOUR, 'hour'],
  [30 * DAY, DAY, 'day'],
  [365 * DAY, 30 * DAY, 'month'],
  [Infinity, 365 * DAY, 'year']
];

// Making a formatter takes a hundred times longer than using it, and tables write thousands of cells.
let relative: Intl.RelativeTimeFormat | undefined;
const digits = new Map<number, Intl.NumberFormat>();

/** Say how long ago a time was, such as "3 minutes ago". */
export function ago(time: string | number, now = Date.now()): string {
  const passed = new Date(time).getTime() - now;
  const [, unit, name] = STEPS.find(([limit]) => Math.abs(passed) < limit) ?? [0, DAY, 'day'];
  relative ??= new Intl.RelativeTimeFormat(undefined, { numeric: 'auto' });
  return relative.format(Math.round(passed / unit), name);
}

/** Write a time out in full, for tooltips. */
export function exactTime(time: string | number): string {
  return new Date(time).toLocaleString();
}

/** Write a length of time, such as "1 h 12 min" or "340 ms". */
export function duration(milliseconds: number): string {
  if (milliseconds < SECOND) {
    return `${Math.round(milliseconds)} ms`;
  }
  if (milliseconds < MINUTE) {
    return `${(milliseconds / SECOND).toFixed(1)} s`;
  }
  if (milliseconds < HOUR) {
    const seconds = Math.round((milliseconds % MINUTE) / SECOND);
    return `${Math.floor(milliseconds / MINUTE)} min ${seconds} s`;
  }
  return `${Math.floor(milliseconds / HOUR)} h ${Math.round((milliseconds % HOUR) / MINUTE)} min`;
}

/** Write a number with as many digits as help: whole numbers grouped, others to four significant digits. */
export function number(value: number | null | undefined): string {
  if (value === null || value === undefined) {
    return '–';
  }
  if (!Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  }
  if (Number.isInteger(value) && Math.abs(value) < 1e15) {
    return withDigits(value, 21);
  }
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4
    ? value.toExponential(3)
    : withDigits(value, size >= 1000 ? 6 : 4);
}

function withDigits(value: number, significant: number): string {
  let format = digits.get(significant);
  if (!format) {
    format = new Intl.NumberFormat(undefined, { maximumSignificantDigits: significant });
    digits.set(significant, format);
  }
  return format.format(value);
}

/** Write a share of one as per cent. */
export function percent(share: number): string {
  const digits = share === 0 || share === 1 || share >= 0.1 ? 0 : 1;
  return `${(share * 100).toFixed(digits)}%`;
}

/** Write a size in bytes, such as "1.2 MB". */
export function bytes(size: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  const power = Math.min(Math.floor(Math.log10(Math.max(size, 1)) / 3), units.length - 1);
  const scaled = size / 1000 ** power;
  return `${scaled < 10 && power > 0 ? scaled.toFixed(1) : Math.round(scaled)} ${units[power]}`;
}
