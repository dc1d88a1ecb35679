import * as React from 'react';

import { Field, TextField } from './workflow-fields';
import type { INodeProps } from './workflow-inspector';

/** When an earlier result of a node is taken instead of running it again. */
export function CacheEditor({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model } = desk;
  const cache = node.cache ?? null;
  const change = (fields: object): void =>
    model.change(node.id, { cache: { enabled: true, ...cache, ...fields } });
  const choose = (choice: string): void => {
    if (choice === '') {
      model.change(node.id, { cache: undefined });
    } else {
      change({ enabled: choice === 'on' });
    }
  };
  const hours = (text: string): number | undefined => (Number(text) > 0 ? Number(text) : undefined);
  return (
    <section aria-label={trans.__('Cache')}>
      <h3>{trans.__('Cache')}</h3>
      <Field label={trans.__('If nothing has changed')}>
        {id => (
          <select
            id={id}
            className="jp-mlstudio-Form-input"
            value={cache === null ? '' : cache.enabled === false ? 'off' : 'on'}
            onChange={event => choose(event.target.value)}
          >
            <option value="">{trans.__('as usual for this kind of node')}</option>
            <option value="on">{trans.__('take the earlier result')}</option>
            <option value="off">{trans.__('run again each time')}</option>
          </select>
        )}
      </Field>
      {cache !== null && cache.enabled !== false ? (
        <Field label={trans.__('No longer than hours')}>
          {id => (
            <TextField
              id={id}
              value={cache.expires_hours ? String(cache.expires_hours) : ''}
              placeholder={trans.__('for ever')}
              onCommit={text => change({ expires_hours: hours(text) })}
            />
          )}
        </Field>
      ) : null}
    </section>
  );
}
