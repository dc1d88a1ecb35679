import type { Api } from '../api';
import type { Schedule, ScheduleSpec } from './form-schedule';
import { Listed } from './listed';
import type { Job } from './model';

/** The schedules, and what can be done with them. */
export class SchedulesModel extends Listed<Schedule> {
  constructor(private readonly _api: Api) {
    super(async () => (await _api.GET('/jobs/schedules')).data?.items ?? []);
  }

  /** Add a schedule, or change one. */
  async save(spec: ScheduleSpec, id: string | null): Promise<Schedule> {
    const { data } = id
      ? await this._api.PUT('/jobs/schedules/{id}', { params: { path: { id } }, body: spec })
      : await this._api.POST('/jobs/schedules', { body: spec });
    await this.refresh();
    return data as Schedule;
  }

  /** Let a schedule make no jobs, or make them again. */
  async pause(id: string, paused: boolean): Promise<void> {
    const params = { path: { id } };
    await (paused
      ? this._api.POST('/jobs/schedules/{id}/pause', { params })
      : this._api.POST('/jobs/schedules/{id}/resume', { params }));
    await this.refresh();
  }

  /** Make its job now. */
  async run(id: string): Promise<string | null> {
    const { data } = await this._api.POST('/jobs/schedules/{id}/run', { params: { path: { id } } });
    await this.refresh();
    return data?.job_id ?? null;
  }

  async remove(id: string): Promise<void> {
    await this._api.DELETE('/jobs/schedules/{id}', { params: { path: { id } } });
    await this.refresh();
  }
}

/** How its newest job went; null if it is not known. */
export function lastState(schedule: Schedule, jobs: readonly Job[]): Job | null {
  const made = schedule.last.find(({ job_id }) => job_id !== null)?.job_id;
  return jobs.find(({ id }) => id === made) ?? null;
}
