import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from '../ui';
import { columnTitle } from './column-choice';
import type { RunsModel } from './model';
import { useOpen } from './view-open';
import type { Summary } from './view-look';

const OWN = ['experiment', 'notebook', 'state', 'user', 'job'];
const MOST = 400;

/** Chooses by what runs are grouped, and what stands in the lines of groups. */
export function GroupMenu({
  model,
  trans
}: {
  model: RunsModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { isOpen, toggle, frame } = useOpen();
  const { groups } = model.look;
  const title =
    groups.length === 0
      ? trans.__('Group')
      : trans.__('By %1', groups.map(key => columnTitle(key, trans)).join(', '));
  return (
    <div className="jp-mlstudio-Picker" {...frame}>
      <Button aria-expanded={isOpen} aria-haspopup="dialog" title={title} onClick={toggle}>
        {title}
      </Button>
      {isOpen ? <Choice model={model} trans={trans} /> : null}
    </div>
  );
}

function Choice({
  model,
  trans
}: {
  model: RunsModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const [search, setSearch] = React.useState('');
  const { groups, summary, nested } = model.look;
  const logged = model.columns.filter(({ kind }) => kind === 'param' || kind === 'tag');
  const keys = [...OWN, ...logged.map(({ key }) => key)]
    .filter(key => columnTitle(key, trans).toLowerCase().includes(search.toLowerCase()))
    .slice(0, MOST);
  const toggleGroup = (key: string): void => {
    const others = groups.filter(one => one !== key);
    model.change({ groups: others.length < groups.length ? others : [...groups, key] });
  };
  return (
    <div className="jp-mlstudio-Picker-menu" role="dialog" aria-label={trans.__('Groups')}>
      <input
        type="search"
        autoFocus
        placeholder={trans.__('Search columns')}
        aria-label={trans.__('Search columns to group by')}
        value={search}
        onChange={event => setSearch(event.target.value)}
      />
      <div className="jp-mlstudio-Picker-groups">
        {keys.map(key => (
          <label key={key} title={columnTitle(key, trans)}>
            <input
              type="checkbox"
              checked={groups.includes(key)}
              onChange={() => toggleGroup(key)}
            />
            <span>{columnTitle(key, trans)}</span>
          </label>
        ))}
      </div>
      <label className="jp-mlstudio-Picker-line">
        <span>{trans.__('In the line of a group')}</span>
        <select
          value={summary}
          onChange={event => model.change({ summary: event.target.value as Summary })}
        >
          <option value="best">{trans.__('Best value')}</option>
          <option value="min">{trans.__('Smallest')}</option>
          <option value="mean">{trans.__('Mean')}</option>
          <option value="max">{trans.__('Largest')}</option>
        </select>
      </label>
      <label className="jp-mlstudio-Picker-line">
        <input
          type="checkbox"
          checked={nested}
          onChange={event => model.change({ nested: event.target.checked })}
        />
        <span>{trans.__('Parts of a run below it')}</span>
      </label>
      <div className="jp-mlstudio-Picker-foot">
        <Button disabled={groups.length === 0} onClick={() => model.fold(null)}>
          {trans.__('Fold All')}
        </Button>
        <Button disabled={groups.length === 0} onClick={() => model.change({ groups: [] })}>
          {trans.__('No Groups')}
        </Button>
      </div>
    </div>
  );
}
