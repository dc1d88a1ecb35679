import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';

type Spec = Schemas['MonitorSpec'];
export type Limits = Required<Schemas['Thresholds']>;

/** How an endpoint is watched, with every value written out. */
export interface ISettings extends Required<Spec> {
  thresholds: Limits;
  window: { rows: number; hours: number | null };
}

/** When it is checked. */
export type Plan = 'never' | 'every' | 'cron';

/** Write every value out. */
export function complete(spec: Spec): ISettings {
  return {
    every_minutes: null,
    cron: null,
    webhook: null,
    retrain: null,
    attribution: true,
    ...spec,
    window: { rows: 5000, hours: null, ...spec.window },
    thresholds: {
      significance: 0.01,
      psi: 0.1,
      missing: 0.05,
      new_values: 0.01,
      out_of_range: 0.01,
      attribution: 0.9,
      quality: {},
      least_rows: 50,
      ...spec.thresholds
    }
  };
}

export function planOf({ every_minutes, cron }: ISettings): Plan {
  return cron !== null ? 'cron' : every_minutes !== null ? 'every' : 'never';
}

/** What another plan begins with. */
export function withPlan(plan: Plan): Pick<ISettings, 'every_minutes' | 'cron'> {
  return {
    every_minutes: plan === 'every' ? 60 : null,
    cron: plan === 'cron' ? '0 7 * * *' : null
  };
}

/** What is wrong with the settings, as a sentence; null if nothing is. */
export function problemOf(settings: ISettings, trans: TranslationBundle): string | null {
  const { window, thresholds, every_minutes, cron, webhook } = settings;
  if (!(window.rows >= 50)) {
    return trans.__('Look at 50 rows at least.');
  }
  const { quality, least_rows, ...limits } = thresholds;
  if (!Object.values(limits).every(limit => limit > 0) || !(least_rows >= 10)) {
    return trans.__('Every limit must be more than 0, and the least number of rows 10 or more.');
  }
  if (Object.values(quality).some(limit => Number.isNaN(limit))) {
    return trans.__('Write a number as the limit of a metric, or leave it empty.');
  }
  if (every_minutes !== null && !(every_minutes >= 1)) {
    return trans.__('Check every minute at most.');
  }
  if (cron !== null && cron.trim() === '') {
    return trans.__('Write the times, such as 0 7 * * * for every day at seven.');
  }
  return webhook === null || /^https?:\/\//.test(webhook)
    ? null
    : trans.__('The address for alerts begins with http:// or https://.');
}
