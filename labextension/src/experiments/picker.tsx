import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from '../ui';
import { OWN_COLUMNS, type RunsModel } from './model';
import { ownLabel } from './table';

/** Chooses the columns of the table. */
export function ColumnPicker({
  model,
  trans
}: {
  model: RunsModel;
  trans: TranslationBundle;
}): React.JSX.Element {
  const [isOpen, setOpen] = React.useState(false);
  const [search, setSearch] = React.useState('');
  const place = React.useRef<HTMLDivElement>(null);
  React.useEffect(() => {
    const close = (event: MouseEvent): void => {
      if (!place.current?.contains(event.target as Node)) {
        setOpen(false);
      }
    };
    document.addEventListener('mousedown', close);
    return () => document.removeEventListener('mousedown', close);
  }, []);
  return (
    <div
      className="jp-mlstudio-Picker"
      ref={place}
      onKeyDown={event => {
        if (event.key === 'Escape') {
          setOpen(false);
        }
      }}
    >
      <Button aria-expanded={isOpen} aria-haspopup="dialog" onClick={() => setOpen(!isOpen)}>
        {trans.__('Columns')}
      </Button>
      {isOpen ? (
        <div className="jp-mlstudio-Picker-menu" role="dialog" aria-label={trans.__('Columns')}>
          <input
            type="search"
            autoFocus
            placeholder={trans.__('Search columns')}
            aria-label={trans.__('Search columns')}
            value={search}
            onChange={event => setSearch(event.target.value)}
          />
          <Groups model={model} trans={trans} search={search.toLowerCase()} />
          <Button disabled={model.chosen === null} onClick={() => (model.chosen = null)}>
            {trans.__('Reset')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}

interface IGroupsProps {
  model: RunsModel;
  trans: TranslationBundle;
  search: string;
}

function Groups({ model, trans, search }: IGroupsProps): React.JSX.Element {
  const own = OWN_COLUMNS.map(key => ({ key, name: ownLabel(key, trans) }));
  const groups = [
    { title: trans.__('Run'), columns: own },
    { title: trans.__('Metrics'), columns: model.columns.filter(({ kind }) => kind === 'metric') },
    { title: trans.__('Params'), columns: model.columns.filter(({ kind }) => kind === 'param') },
    { title: trans.__('Tags'), columns: model.columns.filter(({ kind }) => kind === 'tag') }
  ];
  const toggle = (key: string): void => {
    const chosen = new Set(model.visible);
    if (!chosen.delete(key)) {
      chosen.add(key);
    }
    model.chosen = [...chosen];
  };
  return (
    <div className="jp-mlstudio-Picker-groups">
      {groups.map(({ title, columns }) => {
        const fitting = columns.filter(({ name }) => name.toLowerCase().includes(search));
        return fitting.length === 0 ? null : (
          <fieldset key={title}>
            <legend>{title}</legend>
            {fitting.map(({ key, name }) => (
              <label key={key} title={name}>
                <input
                  type="checkbox"
                  checked={model.visible.includes(key)}
                  onChange={() => toggle(key)}
                />
                <span>{name}</span>
              </label>
            ))}
          </fieldset>
        );
      })}
    </div>
  );
}
