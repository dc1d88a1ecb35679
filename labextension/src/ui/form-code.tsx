import type { FieldProps } from '@rjsf/utils';
import * as React from 'react';

import type { IFormContext } from './form-fields';

const ROWS = 6;

/** Type code of several lines; Tab leaves the field, as everywhere in a form. */
export function CodeField(
  props: FieldProps<string, object & Record<string, unknown>, IFormContext>
): React.JSX.Element {
  const { idSchema, formData, disabled, onChange } = props;
  return (
    <div className="jp-mlstudio-Form-formula">
      <textarea
        id={idSchema.$id}
        rows={ROWS}
        spellCheck={false}
        value={formData ?? ''}
        disabled={disabled}
        onChange={event => onChange(event.target.value || undefined)}
      />
    </div>
  );
}
