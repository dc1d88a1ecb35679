import type { Schemas } from '../api';
import type { Candidates, ICandidate } from './candidates';
import type { Endpoint } from './model';

/** Where the model comes from. */
export type Origin = 'registry' | 'run' | 'file';

/** How much of what is asked the model gets, behind an endpoint that answers already. */
export type Part = 'all' | 'canary' | 'shadow';

/** What is filled in where a model is deployed. */
export interface IChoice {
  readonly origin: Origin;
  /** The chosen version or run; null if there is none. */
  readonly candidate: ICandidate | null;
  /** Path of a model folder in the project. */
  readonly folder: string;
  /** The alias that the endpoint follows; empty for none. */
  readonly follow: string;
  readonly endpoint: string;
  readonly part: Part;
  /** Per cent for a canary. */
  readonly weight: number;
  /** Whether the endpoint sleeps while nobody asks. */
  readonly serverless: boolean;
  readonly idleSeconds: number;
  /** Per cent of the requests that are kept for monitoring. */
  readonly captured: number;
  readonly port: number | null;
  /** The model name that callers give; empty for the endpoint's own model. */
  readonly servedAs: string;
}

/** Fill in what a model is deployed with if nobody says otherwise. */
export function choiceOf(candidate: ICandidate | null, endpoint: Endpoint | null): IChoice {
  return {
    origin: candidate === null ? 'file' : candidate.source.model ? 'registry' : 'run',
    candidate,
    folder: '',
    follow: '',
    endpoint: endpoint?.name ?? endpointName(candidate?.name ?? 'model'),
    part: 'all',
    weight: 10,
    serverless: false,
    idleSeconds: 60,
    captured: 0,
    port: null,
    servedAs: ''
  };
}

/** Take another origin, with what is offered there first. */
export function withOrigin(choice: IChoice, origin: Origin, candidates: Candidates): IChoice {
  const offered = origin === 'registry' ? candidates.versions : candidates.runs;
  const candidate = origin === 'file' ? choice.candidate : (offered[0] ?? null);
  return { ...choice, origin, candidate, follow: '' };
}

/** Name what is deployed. */
export function labelOf({ origin, candidate, folder }: IChoice): string {
  return origin === 'file' ? folder : (candidate?.label ?? '');
}

/** Whether something is chosen and the endpoint has a name that the server accepts. */
export function isComplete(choice: IChoice): boolean {
  const source = choice.origin === 'file' ? choice.folder.trim() !== '' : choice.candidate !== null;
  return source && isEndpointName(choice.endpoint);
}

/** Write the choice as a request for an endpoint that exists. */
export function rollSpec(choice: IChoice, trust: boolean, isNew = false): Schemas['RollSpec'] {
  const source =
    choice.origin === 'file' ? { folder: choice.folder.trim() } : (choice.candidate?.source ?? {});
  const part: Partial<Schemas['RollSpec']> =
    isNew || choice.part === 'all'
      ? {}
      : choice.part === 'shadow'
        ? { shadow: true }
        : { weight: choice.weight };
  return {
    ...source,
    ...part,
    trust,
    ...(choice.follow === '' ? {} : { follow: choice.follow }),
    ...(choice.servedAs === '' ? {} : { served_as: choice.servedAs })
  };
}

/** Write the choice as a request for an endpoint that is named, whether it exists or not. */
export function deploySpec(
  choice: IChoice,
  trust: boolean,
  present: Endpoint | undefined
): Schemas['DeploySpec'] {
  const scaling = choice.serverless
    ? { min_workers: 0, idle_seconds: choice.idleSeconds }
    : undefined;
  const capture = choice.captured > 0 ? { share: choice.captured / 100 } : undefined;
  return {
    ...rollSpec(choice, trust, present === undefined),
    endpoint: choice.endpoint,
    port: choice.port,
    ...(present === undefined ? { scaling, capture } : {})
  };
}

/** Make a name for an endpoint out of the name of a model. */
export function endpointName(name: string): string {
  const made = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '');
  return made.slice(0, 63) || 'model';
}

/** Whether the server accepts a name for an endpoint. */
export function isEndpointName(name: string): boolean {
  return new RegExp(`^${NAME}$`).test(name);
}

/** What the name of an endpoint looks like. */
export const NAME = '[A-Za-z0-9][A-Za-z0-9_\\-]{0,62}';
