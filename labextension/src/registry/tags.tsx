import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { STAGE } from './versions';

export interface ITagsProps {
  tags: Readonly<Record<string, string>>;
  onChange: (tags: Readonly<Record<string, string | null>>) => void;
  trans: TranslationBundle;
}

/** Whether a tag is the user's, and not one that the studio or MLflow keeps for itself. */
function isOwn(name: string): boolean {
  return !/^(mlstudio|mlflow)\./.test(name) && name !== STAGE;
}

/** Tags, each with a button that takes it away, and a field for another one. */
export function Tags({ tags, onChange, trans }: ITagsProps): React.JSX.Element {
  const [draft, setDraft] = React.useState('');
  const add = (event: React.FormEvent): void => {
    event.preventDefault();
    const [name = '', ...rest] = draft.split('=');
    if (name.trim() !== '') {
      onChange({ [name.trim()]: rest.join('=').trim() });
      setDraft('');
    }
  };
  return (
    <div className="jp-mlstudio-Aliases">
      {Object.entries(tags)
        .filter(([name]) => isOwn(name))
        .map(([name, value]) => (
          <span key={name} className="jp-mlstudio-Badge" title={`${name}: ${value}`}>
            {value ? `${name}: ${value}` : name}
            <button
              type="button"
              title={trans.__('Take the tag away')}
              aria-label={trans.__('Take the tag %1 away', name)}
              onClick={() => onChange({ [name]: null })}
            >
              ×
            </button>
          </span>
        ))}
      <form onSubmit={add}>
        <input
          type="text"
          aria-label={trans.__('New tag')}
          title={trans.__('A name, or name=value; Enter adds it')}
          placeholder={trans.__('Add a tag, name=value')}
          value={draft}
          onChange={event => setDraft(event.target.value)}
        />
      </form>
    </div>
  );
}
