import type { TranslationBundle } from '@jupyterlab/translation';

import type { Endpoint } from './model';

/** Name the state of an endpoint. */
export function stateLabel(endpoint: Endpoint, trans: TranslationBundle): string {
  const labels: Record<Endpoint['state'], string> = {
    starting: trans.__('Starting'),
    ready: endpoint.rolling_to ? trans.__('Ready, rolling') : trans.__('Ready'),
    failed: trans.__('Failed'),
    stopped: trans.__('Stopped')
  };
  return labels[endpoint.state];
}
