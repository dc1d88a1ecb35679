import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';

export type Schedule = Schemas['Schedule'];
export type ScheduleSpec = Schemas['ScheduleSpec'];
export type Trigger = ScheduleSpec['trigger'];
/** What makes a schedule due. */
export type TriggerKind = Trigger['kind'];
type Unit = NonNullable<Schemas['IntervalTrigger']['unit']>;

/** When a notebook is to be run, as it stands in the form. */
export class ScheduleDraft {
  constructor(spec: ScheduleSpec | null = null) {
    if (spec) {
      this._given = spec;
      this.missed = spec.missed ?? 'last';
      this.queues = spec.when_active === 'queue';
      this._take(spec.trigger);
    }
  }

  kind: TriggerKind = 'cron';
  cron = '0 7 * * *';
  timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  /** How many units lie between two due times, as typed. */
  every = '30';
  unit: Unit = 'minutes';
  /** The file whose change makes it due, or a pattern. */
  path = '';
  /** The parameter that is given the file's path; empty for none. */
  parameter = '';
  missed: NonNullable<ScheduleSpec['missed']> = 'last';
  /** Whether a time at which its last job still runs is made up for afterwards. */
  queues = false;

  get trigger(): Trigger {
    switch (this.kind) {
      case 'cron':
        return { kind: 'cron', cron: this.cron.trim(), timezone: this.timezone || null };
      case 'interval': {
        const start = this._given?.trigger.kind === 'interval' ? this._given.trigger.start : null;
        return { kind: 'interval', every: Number(this.every), unit: this.unit, start };
      }
      default: {
        const settle = this._given?.trigger.kind === 'file' ? this._given.trigger.settle : 5;
        const parameter = this.parameter || null;
        return { kind: 'file', path: this.path.trim(), settle, parameter };
      }
    }
  }

  /** What is asked for, with what the form does not show as it was. */
  spec(job: Schemas['JobSpec'], name: string | null): ScheduleSpec {
    return {
      max_active: 1,
      due_parameter: null,
      paused: false,
      workflow: null,
      ...this._given,
      name,
      job,
      trigger: this.trigger,
      missed: this.missed,
      when_active: this.queues ? 'queue' : 'skip'
    };
  }

  /** Say what is missing or wrong as far as it can be seen here; null if nothing. */
  problem(trans: TranslationBundle): string | null {
    switch (this.kind) {
      case 'interval':
        return /^[1-9]\d*$/.test(this.every.trim()) ? null : trans.__('Enter a whole number.');
      case 'file':
        return this.path.trim() ? null : trans.__('Enter the path of a file in the project.');
      default:
        return this.cron.trim() ? null : trans.__('Enter a cron expression such as 30 7 * * 1-5.');
    }
  }

  private _take(trigger: Trigger): void {
    this.kind = trigger.kind;
    if (trigger.kind === 'cron') {
      this.cron = trigger.cron;
      this.timezone = trigger.timezone ?? this.timezone;
    } else if (trigger.kind === 'interval') {
      this.every = String(trigger.every);
      this.unit = trigger.unit ?? 'minutes';
    } else {
      this.path = trigger.path;
      this.parameter = trigger.parameter ?? '';
    }
  }

  private readonly _given: ScheduleSpec | null = null;
}
