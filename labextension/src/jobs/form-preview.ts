import { VDomModel } from '@jupyterlab/ui-components';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import type { FormModel } from './form-model';

const PAUSE = 250;

/** What the form would make as it stands: the next times of a schedule, or the jobs of a sweep. */
export class FormPreview extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _form: FormModel
  ) {
    super();
    _form.stateChanged.connect(this._look, this);
    this._look();
  }

  override dispose(): void {
    clearTimeout(this._timer);
    this._form.stateChanged.disconnect(this._look, this);
    super.dispose();
  }

  /** When the schedule is due; null if it is not known. */
  get times(): Schemas['TriggerPreview'] | null {
    return this._times;
  }

  /** What the sweep would run; null if it is not known. */
  get jobs(): Schemas['SweepPreview'] | null {
    return this._jobs;
  }

  /** What is wrong with what was entered; null if nothing. */
  get failure(): string | null {
    return this._failure;
  }

  private _look(): void {
    const question = this._question();
    if (question !== this._asked) {
      this._asked = question;
      clearTimeout(this._timer);
      if (question !== null) {
        this._timer = setTimeout(() => void this._ask(question), PAUSE);
      }
    }
  }

  private _question(): string | null {
    const { when, whenProblem, declared, schedule, sweepSpec, isValid } = this._form;
    if (when === 'now' || whenProblem !== null || declared === null) {
      return null;
    }
    return when === 'schedule'
      ? JSON.stringify(schedule.trigger)
      : isValid
        ? JSON.stringify(sweepSpec)
        : null;
  }

  private async _ask(question: string): Promise<void> {
    const { when, schedule, sweepSpec } = this._form;
    try {
      if (when === 'schedule') {
        const body = { trigger: schedule.trigger };
        const { data } = await this._api.POST('/jobs/schedules/preview', { body });
        this._times = data ?? null;
      } else {
        const { data } = await this._api.POST('/jobs/sweeps/preview', { body: sweepSpec });
        this._jobs = data ?? null;
      }
      this._failure = null;
    } catch (error) {
      this._times = this._jobs = null;
      this._failure = messageOf(error);
    }
    if (question === this._asked && !this.isDisposed) {
      this.stateChanged.emit();
      this._form.stateChanged.emit();
    }
  }

  private _times: Schemas['TriggerPreview'] | null = null;
  private _jobs: Schemas['SweepPreview'] | null = null;
  private _failure: string | null = null;
  private _asked: string | null = null;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}
