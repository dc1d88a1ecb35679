import type { TranslationBundle } from '@jupyterlab/translation';

import { duration, number } from '../ui';
import type { Endpoint } from './model';

/** Name the state of an endpoint. */
export function stateLabel(endpoint: Endpoint, trans: TranslationBundle): string {
  const labels: Record<Endpoint['state'], string> = {
    starting: trans.__('Starting'),
    ready: endpoint.rolling_to ? trans.__('Ready, rolling') : trans.__('Ready'),
    asleep: trans.__('Asleep'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped')
  };
  return labels[endpoint.state];
}

/** Say how many requests come in a time that makes a readable number. */
export function rateLabel(perSecond: number, trans: TranslationBundle): string {
  return perSecond >= 1 || perSecond === 0
    ? trans.__('%1 /s', number(Number(perSecond.toPrecision(3))))
    : trans.__('%1 /min', number(Math.round(perSecond * 60)));
}

/** Write how long an answer took; a dash if there was none. */
export function latencyLabel(milliseconds: number | null | undefined): string {
  if (milliseconds === null || milliseconds === undefined) {
    return '–';
  }
  if (milliseconds >= 10) {
    return duration(milliseconds);
  }
  return `${milliseconds.toFixed(milliseconds < 1 ? 2 : 1)} ms`;
}
