import type { CommandRegistry } from '@lumino/commands';
import type { ReadonlyJSONObject, ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ICommandContext } from './commands';
import type { Job } from './model';

export type Options = CommandRegistry.ICommandOptions;
export type Arguments = ReadonlyPartialJSONObject;

/** Return the job that the arguments name, else the one in front. */
export function chosenJob(args: Arguments, context: ICommandContext): Job | null {
  const id = args['job_id'];
  if (typeof id !== 'string') {
    return context.current().job;
  }
  return context.desk.jobs.jobs.find(job => job.id === id) ?? context.opened(id);
}

/** Describe arguments that name a job. */
export function ofJob(more: ReadonlyJSONObject = {}, required: string[] = []): ReadonlyJSONObject {
  const job_id = { type: 'string', description: 'Id of the job; the one in front if not given.' };
  return { ...described({ job_id, ...more }), required };
}

/** Describe arguments. */
export function described(properties: ReadonlyJSONObject): ReadonlyJSONObject {
  return { type: 'object', properties };
}
