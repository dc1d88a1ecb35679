import type { Schemas } from '../api';
import type { Step } from './recipes';
import type { IPlace } from './table';

export type Stage = Schemas['Stage'];

/** Find how many steps the table that can be shown has taken: a failed step, and those after it, made none. */
export function shownUpto(stages: readonly Stage[], looked: number): number {
  const broken = stages.findIndex(({ state }) => state === 'failed');
  return broken >= 0 && broken < looked ? broken : looked;
}

/** Count the steps that take part among the first ones: the kernel knows no others. */
export function activeUpto(steps: readonly Step[], upto: number): number {
  return steps.slice(0, upto).filter(({ on }) => on !== false).length;
}

/** Find the last table that exists at or before the place that is looked at. */
export function placeAt(
  stages: readonly Stage[],
  steps: readonly Step[],
  opened: Schemas['Opened'] | null,
  looked: number
): IPlace {
  const upto = shownUpto(stages, looked);
  const stage = upto > 0 ? stages[upto - 1] : undefined;
  const { columns, rows } = stage ?? opened ?? { columns: [], rows: null };
  return { upto: activeUpto(steps, upto), columns, rows };
}
