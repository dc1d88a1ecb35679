import type { Schemas } from '../api';
import type { ICandidate } from './candidates';
import type { Endpoint } from './model';

/** What is filled in where rows are sent through a model. */
export interface ITransformChoice {
  /** Path of the rows. */
  readonly source: string;
  /** The endpoint whose model answers; empty where a model is chosen itself. */
  readonly endpoint: string;
  readonly candidate: ICandidate | null;
  /** Path of the answers; empty for a file beside the rows. */
  readonly output: string;
  /** What to ask the model for; empty for its own. */
  readonly method: string;
  readonly carry: readonly string[];
}

/** Fill in what is transformed with what if nobody says otherwise. */
export function transformChoice(
  source: string,
  endpoint: Endpoint | null,
  candidate: ICandidate | null
): ITransformChoice {
  const wanted = endpoint?.name ?? '';
  return { source, endpoint: wanted, candidate, output: '', method: '', carry: [] };
}

/** What is wrong with the choice; null if it can be begun. */
export function missingIn(choice: ITransformChoice): 'source' | 'model' | null {
  if (choice.source.trim() === '') {
    return 'source';
  }
  return choice.endpoint === '' && choice.candidate === null ? 'model' : null;
}

/** Write the choice as a request. */
export function transformSpec(choice: ITransformChoice, trust: boolean): Schemas['TransformSpec'] {
  const from =
    choice.endpoint === '' ? (choice.candidate?.source ?? {}) : { endpoint: choice.endpoint };
  return {
    ...from,
    trust,
    source: choice.source.trim(),
    output: choice.output.trim(),
    carry: [...choice.carry],
    ...(choice.method === '' ? {} : { method: choice.method })
  };
}
