import type { Api, Schemas } from '../api';
import { Listed } from './listed';

/** A run of a workflow; its title is its name in lists. */
export type Flow = Schemas['WorkflowRun'] & { readonly name: string };

const LISTED = 50;

/** The runs of workflows, newest first. */
export class FlowsModel extends Listed<Flow> {
  constructor(private readonly _api: Api) {
    super(async () => {
      const query = { limit: LISTED };
      const { data } = await _api.GET('/jobs/workflows/runs', { params: { query } });
      return (data?.items ?? []).map(run => ({ ...run, name: run.title }));
    });
  }

  get unfinished(): readonly Flow[] {
    return this.items.filter(({ ended_at }) => ended_at === null);
  }

  async stop(id: string): Promise<void> {
    await this._api.POST('/jobs/workflows/runs/{id}/stop', { params: { path: { id } } });
    await this.refresh();
  }
}
