import type { Api, Schemas } from '../api';
import type { SweepSpec } from './form-sweep';
import { Listed } from './listed';

export type Sweep = Schemas['Sweep'];

/** The sweeps, and what can be done with them. */
export class SweepsModel extends Listed<Sweep> {
  constructor(private readonly _api: Api) {
    super(async () => (await _api.GET('/jobs/sweeps')).data?.items ?? []);
  }

  /** The sweeps of which jobs run or wait. */
  get unfinished(): readonly Sweep[] {
    return this.items.filter(({ ended_at }) => ended_at === null);
  }

  async start(spec: SweepSpec): Promise<Sweep> {
    const { data } = await this._api.POST('/jobs/sweeps', { body: spec });
    await this.refresh();
    return data as Sweep;
  }

  async stop(id: string): Promise<void> {
    await this._api.POST('/jobs/sweeps/{id}/stop', { params: { path: { id } } });
    await this.refresh();
  }

  /** Run those again that failed. */
  async retry(id: string): Promise<void> {
    await this._api.POST('/jobs/sweeps/{id}/retry', { params: { path: { id } } });
    await this.refresh();
  }

  /** Forget a sweep that has ended, with its jobs and their files if `jobs` is true. */
  async remove(id: string, jobs: boolean): Promise<void> {
    await this._api.DELETE('/jobs/sweeps/{id}', { params: { path: { id }, query: { jobs } } });
    await this.refresh();
  }
}

/** How many jobs of a sweep have ended. */
export function endedOf({ counts }: Sweep): number {
  return counts.succeeded + counts.failed + counts.stopped + counts.removed;
}

/** The state that stands for a whole sweep. */
export function stateOf({ ended_at, counts }: Sweep): string {
  if (ended_at === null) {
    return counts.running > 0 ? 'running' : 'queued';
  }
  return counts.failed > 0 ? 'failed' : counts.stopped > 0 ? 'stopped' : 'succeeded';
}
