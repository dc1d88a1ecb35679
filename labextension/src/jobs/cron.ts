/** How often a schedule is due, for people who do not read cron. */
export type Every = 'hour' | 'day' | 'week' | 'month' | 'own';

/** A cron expression as the builder shows it. */
export interface ICron {
  readonly every: Every;
  readonly minute: number;
  readonly hour: number;
  /** Days of the week, from 0 for Sunday. */
  readonly weekdays: readonly number[];
  /** Day of the month. */
  readonly day: number;
}

const PLAIN: ICron = { every: 'day', minute: 0, hour: 7, weekdays: [1], day: 1 };

/** Write what was built as a cron expression; null if it is one of the user's own. */
export function cronOf({ every, minute, hour, weekdays, day }: ICron): string | null {
  switch (every) {
    case 'hour':
      return `${minute} * * * *`;
    case 'day':
      return `${minute} ${hour} * * *`;
    case 'week':
      return `${minute} ${hour} * * ${ranges(weekdays)}`;
    case 'month':
      return `${minute} ${hour} ${day} * *`;
    default:
      return null;
  }
}

/** Read a cron expression as the builder can show it; `own` if it cannot. */
export function readCron(cron: string): ICron {
  const found = /^(\d+) (\d+|\*) (\d+|\*) \* ([\d,-]+|\*)$/.exec(cron.trim());
  const [, minute = '', hour = '', day = '', weekdays = ''] = found ?? [];
  const own: ICron = { ...PLAIN, every: 'own' };
  if (!found || Number(minute) > 59) {
    return own;
  }
  const at = { ...PLAIN, minute: Number(minute) };
  if (hour === '*') {
    return day === '*' && weekdays === '*' ? { ...at, every: 'hour' } : own;
  }
  const daily = { ...at, hour: Number(hour) };
  if (day !== '*') {
    return weekdays === '*' ? { ...daily, every: 'month', day: Number(day) } : own;
  }
  if (weekdays === '*') {
    return { ...daily, every: 'day' };
  }
  const days = listed(weekdays);
  return days ? { ...daily, every: 'week', weekdays: days } : own;
}

/** Write days of the week, neighbours as a range. */
function ranges(days: readonly number[]): string {
  const sorted = [...new Set(days)].sort();
  const first = sorted[0] ?? 1;
  const last = sorted[sorted.length - 1] ?? first;
  const together = sorted.length > 2 && last - first === sorted.length - 1;
  return together ? `${first}-${last}` : sorted.join(',') || '1';
}

function listed(text: string): number[] | null {
  const days = text.split(',').flatMap(part => {
    const [first = NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: Math.max(1, last - first + 1) }, (_, index) => first + index);
  });
  return days.every(day => day >= 0 && day <= 6) ? days : null;
}
