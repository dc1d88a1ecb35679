import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import type { StepKind } from './draft';
import { Choices } from './choices';
import type { Column } from './table';

/** The button that offers the steps that can be taken with a column, already filled in with it. */
export function ColumnSteps(props: IPartProps & { column: Column }): React.JSX.Element {
  const { model, trans, column } = props;
  const [shown, setShown] = React.useState(false);
  const kinds = model.kinds.filter(kind => prefilled(kind, column) !== null);
  const leave = (event: React.FocusEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) {
      setShown(false);
    }
  };
  const add = (kind: StepKind): void => {
    setShown(false);
    model.add(kind, prefilled(kind, column) ?? {});
  };
  return (
    <div className="jp-mlstudio-Wrangling-add" onBlur={leave}>
      <Button aria-haspopup="listbox" aria-expanded={shown} onClick={() => setShown(!shown)}>
        {trans.__('Step with this column…')}
      </Button>
      {shown ? (
        <Choices trans={trans} kinds={kinds} onChoose={add} onClose={() => setShown(false)} />
      ) : null}
    </div>
  );
}

interface IProperty {
  format?: string;
  roles?: readonly string[];
  items?: { $ref?: string; properties?: Record<string, IProperty> };
  properties?: Record<string, IProperty>;
}

interface IForm extends IProperty {
  $defs?: Record<string, IProperty>;
}

/** Fill a column into the first field of a step that can take it; null if there is none. */
export function prefilled(
  kind: Pick<StepKind, 'form'>,
  column: Pick<Column, 'name' | 'role'>
): Record<string, unknown> | null {
  const form = kind.form as IForm; // the kernel writes JSON schemas
  for (const [name, property] of Object.entries(form.properties ?? {})) {
    if (property.roles && !property.roles.includes(column.role)) {
      continue;
    }
    if (property.format === 'column') {
      return { [name]: column.name };
    }
    if (property.format === 'columns') {
      return { [name]: [column.name] };
    }
    const inner = itemsOf(property, form);
    if (inner) {
      const filled = prefilled({ form: inner as StepKind['form'] }, column);
      if (filled) {
        return { [name]: [filled] };
      }
    }
  }
  return null;
}

function itemsOf({ items }: IProperty, form: IForm): IForm | null {
  const name = items?.$ref?.replace('#/$defs/', '');
  const found = name === undefined ? items : form.$defs?.[name];
  return found?.properties ? { properties: found.properties, $defs: form.$defs } : null;
}
