import { InputDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { ago } from '../ui';
import type { Job } from './model';
import type { IRunContext } from './run';
import { latest, stateLabel } from './words';

const OFFERED = 50;

/** Ask with what a job is compared; answers both sides, the older one first, or null if nobody wants it. */
export async function chooseOther(
  job: Job,
  { api, trans }: Pick<IRunContext, 'api' | 'trans'>
): Promise<[string, string] | null> {
  const query = { notebook: job.spec.notebook, limit: OFFERED };
  const { data } = await api.GET('/jobs', { params: { query } });
  const others = (data?.items ?? []).filter(({ id, started_at }) => id !== job.id && started_at);
  const source = job.generated ? [] : [trans.__('The notebook as it is now')];
  const labels = [...others.map(other => described(other, trans)), ...source];
  if (labels.length === 0) {
    throw new Error(trans.__('There is no other job of this notebook to compare with.'));
  }
  const { value, button } = await InputDialog.getItem({
    title: trans.__('Compare %1 With', job.name),
    items: labels.map((label, index) => `${index + 1}. ${label}`),
    okLabel: trans.__('Compare')
  });
  if (!button.accept || value === null) {
    return null;
  }
  const other = others[parseInt(value) - 1];
  if (!other) {
    return [job.id, 'source'];
  }
  return other.created_at < job.created_at ? [other.id, job.id] : [job.id, other.id];
}

function described(job: Job, trans: TranslationBundle): string {
  const given = Object.entries(job.spec.parameters ?? {}).map(
    ([name, value]) => `${name}=${JSON.stringify(value)}`
  );
  return [job.name, ago(latest(job)), stateLabel(job, trans), ...given].join(' · ');
}
