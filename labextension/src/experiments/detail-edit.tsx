import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton, messageOf } from '../ui';
import type { IPartProps } from './detail';
import { cut } from './detail-values';
import { Markdown } from './rendered';

const LONGEST_NOTE = 5000;

/** What a user has written about a run, as Markdown; edited where it stands. */
export function Note(props: IPartProps): React.JSX.Element {
  const { run, rendermime, trans } = props;
  const [isEdited, edit] = React.useState(false);
  if (isEdited) {
    return <NoteEditor {...props} onDone={() => edit(false)} />;
  }
  return (
    <div className="jp-mlstudio-RunDetail-note">
      {run.note ? <Markdown rendermime={rendermime} text={run.note} /> : null}
      <button type="button" onClick={() => edit(true)}>
        {run.note ? trans.__('Edit note') : trans.__('Add a note')}
      </button>
    </div>
  );
}

function NoteEditor(props: IPartProps & { onDone: () => void }): React.JSX.Element {
  const { run, model, trans, onDone } = props;
  const [draft, setDraft] = React.useState(run.note);
  const [failure, setFailure] = React.useState<string | null>(null);
  const save = (): void => {
    const done = draft === run.note ? Promise.resolve() : model.edit({ note: draft });
    done.then(onDone).catch(error => setFailure(messageOf(error)));
  };
  return (
    <div className="jp-mlstudio-RunDetail-note">
      <textarea
        className="jp-mlstudio-NoteField"
        aria-label={trans.__('Note, as Markdown')}
        placeholder={trans.__('What did you try, and what came of it? Markdown works.')}
        rows={8}
        maxLength={LONGEST_NOTE}
        autoFocus
        value={draft}
        onChange={event => setDraft(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') {
            onDone();
          } else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            save();
          }
        }}
      />
      {failure ? <p role="alert">{failure}</p> : null}
      <Button primary onClick={save}>
        {trans.__('Save')}
      </Button>
      <Button onClick={onDone}>{trans.__('Cancel')}</Button>
    </div>
  );
}

/** The tags of a run: press a value to change it, the cross to remove it. */
export function Tags(props: IPartProps): React.JSX.Element {
  const { run, model, trans } = props;
  const [edited, edit] = React.useState<string | null>(null);
  const [failure, setFailure] = React.useState<string | null>(null);
  const change = (name: string, value: string | null): void => {
    edit(null);
    setFailure(null);
    model.edit({ tags: { [name]: value } }).catch(error => setFailure(messageOf(error)));
  };
  return (
    <>
      <ul className="jp-mlstudio-Tags">
        {Object.entries(run.tags).map(([name, value]) => (
          <li key={name}>
            <span title={name}>{cut(name, 60)}</span>
            {edited === name ? (
              <TagField
                label={trans.__('Value of %1', name)}
                value={value}
                onDone={given => (given === null ? edit(null) : change(name, given))}
              />
            ) : (
              <button type="button" title={cut(value, 1200)} onClick={() => edit(name)}>
                {cut(value, 120) || trans.__('empty')}
              </button>
            )}
            <IconButton
              label={trans.__('Remove the tag %1', name)}
              onClick={() => change(name, null)}
            >
              <closeIcon.react tag="span" elementSize="small" />
            </IconButton>
          </li>
        ))}
      </ul>
      <NewTag {...props} onAdd={change} />
      {failure ? <p role="alert">{failure}</p> : null}
    </>
  );
}

interface ITagFieldProps {
  label: string;
  value: string;
  /** Called with the new value; with null to leave it. */
  onDone: (value: string | null) => void;
}

function TagField({ label, value, onDone }: ITagFieldProps): React.JSX.Element {
  const [draft, setDraft] = React.useState(value);
  return (
    <input
      aria-label={label}
      autoFocus
      value={draft}
      onChange={event => setDraft(event.target.value)}
      onBlur={() => onDone(draft === value ? null : draft)}
      onKeyDown={event => {
        if (event.key === 'Enter') {
          onDone(draft === value ? null : draft);
        } else if (event.key === 'Escape') {
          onDone(null);
        }
      }}
    />
  );
}

function NewTag(
  props: IPartProps & { onAdd: (name: string, value: string) => void }
): React.JSX.Element {
  const { trans, onAdd } = props;
  const [name, setName] = React.useState('');
  const [value, setValue] = React.useState('');
  return (
    <form
      className="jp-mlstudio-Tags-new"
      onSubmit={event => {
        event.preventDefault();
        onAdd(name.trim(), value);
        setName('');
        setValue('');
      }}
    >
      <input
        aria-label={trans.__('Name of a new tag')}
        placeholder={trans.__('New tag')}
        value={name}
        onChange={event => setName(event.target.value)}
      />
      <input
        aria-label={trans.__('Value of the new tag')}
        placeholder={trans.__('Value')}
        value={value}
        onChange={event => setValue(event.target.value)}
      />
      <button type="submit" className="jp-mlstudio-Button" disabled={name.trim() === ''}>
        {trans.__('Add')}
      </button>
    </form>
  );
}
