import type { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import type { IFormContext } from './form-fields';

const MAX_OFFERED = 8;

/** Type a formula; the columns that fit the word at the cursor are offered, Tab takes the first. */
export function FormulaField(
  props: FieldProps<string, object & Record<string, unknown>, IFormContext>
): React.JSX.Element {
  const { idSchema, formData, formContext, disabled, onChange } = props;
  const input = React.useRef<HTMLTextAreaElement>(null);
  const [cursor, setCursor] = React.useState(0);
  const text = formData ?? '';
  const word = wordBefore(text, cursor);
  const offered = (formContext?.columns ?? [])
    .filter(({ name }) => name.startsWith(word) && name !== word)
    .slice(0, MAX_OFFERED);
  const take = (name: string): void => {
    const start = cursor - word.length;
    onChange(text.slice(0, start) + quoted(name) + text.slice(cursor));
    const end = start + quoted(name).length;
    requestAnimationFrame(() => {
      input.current?.focus();
      input.current?.setSelectionRange(end, end);
      setCursor(end);
    });
  };
  const complete = (event: React.KeyboardEvent): void => {
    const first = offered[0];
    if (event.key === 'Tab' && !event.shiftKey && word && first) {
      event.preventDefault();
      take(first.name);
    }
  };
  return (
    <div className="jp-mlstudio-Form-formula">
      <textarea
        id={idSchema.$id}
        ref={input}
        rows={2}
        spellCheck={false}
        value={text}
        disabled={disabled}
        onKeyDown={complete}
        onSelect={event => setCursor(event.currentTarget.selectionStart)}
        onChange={event => {
          setCursor(event.target.selectionStart);
          onChange(event.target.value || undefined);
        }}
      />
      <div role="group" aria-label={formContext?.trans.__('Columns to put in')}>
        {offered.map(({ name }) => (
          <button
            key={name}
            type="button"
            disabled={disabled}
            onMouseDown={event => event.preventDefault()}
            onClick={() => take(name)}
          >
            {name}
          </button>
        ))}
      </div>
    </div>
  );
}

function wordBefore(text: string, cursor: number): string {
  return /[\p{L}_][\p{L}\p{N}_]*$/u.exec(text.slice(0, cursor))?.[0] ?? '';
}

function quoted(name: string): string {
  return /^[\p{L}_][\p{L}\p{N}_]*$/u.test(name) ? name : `\`${name}\``;
}
