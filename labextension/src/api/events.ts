import type { Event } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from './client';

const SCHEMA_ID = 'https://events.jupyter.org/jupyter_mlstudio/changed/v1';

export type Changed = Schemas['Changed'];

/** Turn the server's events into a signal that says what changed. */
export function changes(events: Event.IManager): ISignal<object, Changed> {
  const source = {};
  const changed = new Signal<object, Changed>(source);
  events.stream.connect((_, event) => {
    if (event.schema_id === SCHEMA_ID) {
      changed.emit({
        kind: event['kind'] as Changed['kind'],
        id: String(event['id']),
        change: event['change'] as Changed['change']
      });
    }
  });
  return changed;
}
