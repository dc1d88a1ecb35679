import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from '../ui';

export interface IDescriptionProps {
  /** What is described, for screen readers. */
  label: string;
  text: string;
  /** What to write, while nothing is written. */
  placeholder: string;
  onSave: (text: string) => void;
  trans: TranslationBundle;
}

/** A text that becomes a field when it is clicked. */
export function Description(props: IDescriptionProps): React.JSX.Element {
  const { label, text, placeholder, onSave, trans } = props;
  const [draft, setDraft] = React.useState<string | null>(null);
  if (draft === null) {
    return (
      <button
        className="jp-mlstudio-Description"
        data-empty={text === ''}
        title={trans.__('Click to edit')}
        aria-label={trans.__('%1: %2', label, text || placeholder)}
        onClick={() => setDraft(text)}
      >
        {text || placeholder}
      </button>
    );
  }
  const save = (): void => {
    setDraft(null);
    if (draft !== text) {
      onSave(draft);
    }
  };
  return (
    <div className="jp-mlstudio-Description-edit">
      <textarea
        autoFocus
        aria-label={label}
        placeholder={placeholder}
        rows={3}
        value={draft}
        onChange={event => setDraft(event.target.value)}
        onKeyDown={event => (event.key === 'Escape' ? setDraft(null) : undefined)}
      />
      <Button primary onClick={save}>
        {trans.__('Save')}
      </Button>
      <Button onClick={() => setDraft(null)}>{trans.__('Cancel')}</Button>
    </div>
  );
}
