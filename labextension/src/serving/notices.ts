import type { Endpoint, EndpointsModel } from './model';

/** Say which endpoints have failed by themselves, each once: they had answered before. */
export function onFailure(model: EndpointsModel, tell: (endpoint: Endpoint) => void): void {
  let before = new Map<string, Endpoint['state']>();
  model.stateChanged.connect(() => {
    for (const endpoint of model.endpoints) {
      const was = before.get(endpoint.id);
      if (endpoint.state === 'failed' && (was === 'ready' || was === 'asleep')) {
        tell(endpoint);
      }
    }
    before = new Map(model.endpoints.map(({ id, state }) => [id, state]));
  });
}
