import type { Schemas } from '../api';
import type { ICandidate } from './candidates';
import type { Endpoint } from './model';

/** A deployment of a registered model, for tests. */
export function deployment(
  number: number,
  change: Partial<Schemas['Deployment']> = {}
): Schemas['Deployment'] {
  return {
    number,
    label: `late-flights ${number}`,
    model: { name: 'late-flights', version: number },
    run_id: `run${number}`,
    folder: null,
    digest: 'd',
    trusted: true,
    created_at: '2026-01-01T10:00:00Z',
    ...change
  };
}

/** An endpoint that answers, for tests. */
export function endpoint(name: string, change: Partial<Endpoint> = {}): Endpoint {
  return {
    id: `id-${name}`,
    name,
    state: 'ready',
    message: '',
    url: 'http://127.0.0.1:8000',
    path: `mlstudio/serving/endpoints/id-${name}/invocations`,
    port: 8000,
    deployment: deployment(1),
    rolling_to: null,
    deployments: [deployment(1)],
    traffic: [{ number: 1, model: '', weight: 100, shadow: false }],
    scaling: {},
    capture: {},
    follow: null,
    workers: 1,
    restarts: 0,
    created_at: '2026-01-01T10:00:00Z',
    since: '2026-01-01T10:00:01Z',
    ...change
  };
}

/** What the model of the endpoint takes, for tests. */
export function signature(
  change: Partial<Schemas['ModelSignature']> = {}
): Schemas['ModelSignature'] {
  return {
    inputs: [
      { name: 'carrier', type: 'string', required: true },
      { name: 'month', type: 'long', required: true },
      { name: 'wind', type: 'double', required: false },
      { name: 'weekend', type: 'boolean', required: true }
    ],
    outputs: [{ name: 'late', type: 'long', required: true }],
    methods: ['predict', 'predict_proba'],
    example: [{ carrier: 'UA', month: 1, wind: null, weekend: false }],
    ...change
  };
}

/** A model that can be deployed, for tests. */
export function candidate(label: string, source: ICandidate['source']): ICandidate {
  return { key: label, label, name: 'late-flights', aliases: [], createdAt: null, source };
}
