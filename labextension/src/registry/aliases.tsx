import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

export interface IAliasesProps {
  aliases: readonly string[];
  onAdd: (alias: string) => void;
  onRemove: (alias: string) => void;
  trans: TranslationBundle;
}

/** The aliases of a version, each with a button that takes it away, and a field for another one. */
export function Aliases({ aliases, onAdd, onRemove, trans }: IAliasesProps): React.JSX.Element {
  const [draft, setDraft] = React.useState('');
  const add = (event: React.FormEvent): void => {
    event.preventDefault();
    if (draft.trim() !== '') {
      onAdd(draft.trim());
      setDraft('');
    }
  };
  return (
    <div className="jp-mlstudio-Aliases">
      {aliases.map(alias => (
        <span key={alias} className="jp-mlstudio-Badge">
          {alias}
          <button
            title={trans.__('Take the alias away')}
            aria-label={trans.__('Take the alias %1 away', alias)}
            onClick={() => onRemove(alias)}
          >
            ×
          </button>
        </span>
      ))}
      <form onSubmit={add}>
        <input
          type="text"
          aria-label={trans.__('New alias')}
          title={trans.__('A name for this version, such as champion; Enter adds it')}
          placeholder={trans.__('Add an alias')}
          value={draft}
          onChange={event => setDraft(event.target.value)}
        />
      </form>
    </div>
  );
}
