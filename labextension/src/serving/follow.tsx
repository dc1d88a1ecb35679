import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import type { Endpoint } from './model';

export interface IFollowProps {
  endpoint: Endpoint;
  /** The aliases of the registered model. */
  aliases: readonly Schemas['Alias'][];
  onFollow: (alias: Schemas['ModelAlias'] | null) => void;
  trans: TranslationBundle;
}

/** Choose an alias that the endpoint follows: whenever it stands for another version, that one takes over. */
export function Follow({
  endpoint,
  aliases,
  onFollow,
  trans
}: IFollowProps): React.JSX.Element | null {
  const { follow, deployment, deployments } = endpoint;
  const name = follow?.name ?? (deployment ?? deployments[0])?.model?.name;
  const offered = [
    ...new Set([...aliases.map(({ alias }) => alias), ...(follow ? [follow.alias] : [])])
  ];
  if (name === undefined || offered.length === 0) {
    return null;
  }
  return (
    <label className="jp-mlstudio-Follow">
      {trans.__('Follows')}
      <select
        value={follow?.alias ?? ''}
        title={trans.__('Whenever the alias is moved to another version, that version takes over.')}
        onChange={({ target }) =>
          onFollow(target.value === '' ? null : { name, alias: target.value })
        }
      >
        <option value="">{trans.__('nothing: you decide what is deployed')}</option>
        {offered.map(alias => (
          <option key={alias} value={alias}>
            {trans.__('%1 of %2', alias, name)}
          </option>
        ))}
      </select>
    </label>
  );
}
