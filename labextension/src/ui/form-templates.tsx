import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';
import type {
  ArrayFieldTemplateProps,
  FieldTemplateProps,
  ObjectFieldTemplateProps
} from '@rjsf/utils';
import * as React from 'react';

import { Button, IconButton } from './button';
import { isAsked } from './form-schema';

/** Draw one property: its name above it, what it means below it, what is wrong with it last. */
export function fieldTemplate(props: FieldTemplateProps): React.JSX.Element {
  const { id, schema, uiSchema, label, required, hidden, rawErrors, rawDescription, children } =
    props;
  if (hidden || uiSchema?.['ui:widget'] === 'hidden') {
    return <div hidden>{children}</div>;
  }
  const own = Boolean(uiSchema?.['ui:field']);
  const bare = id.lastIndexOf('_') < 0 || (schema.type === 'object' && !own);
  if (bare) {
    return <>{children}</>;
  }
  const checkbox = schema.type === 'boolean' && !own;
  return (
    <div className="jp-mlstudio-Form-field" data-field={props.label} data-wide={isWide(props)}>
      {checkbox ? null : (
        <label htmlFor={id}>
          {label}
          {required ? <span aria-hidden> *</span> : null}
        </label>
      )}
      {children}
      {rawDescription && !checkbox ? <small>{rawDescription}</small> : null}
      {(rawErrors ?? []).map(error => (
        <small key={error} className="jp-mlstudio-Form-error" role="alert">
          {error}
        </small>
      ))}
    </div>
  );
}

/** Draw a list: one line an item with its own remove button, and a button that adds one. */
export function arrayTemplate(props: ArrayFieldTemplateProps): React.JSX.Element {
  const { trans } = props.formContext as { trans: TranslationBundle };
  return (
    <div className="jp-mlstudio-Form-list" id={props.idSchema.$id}>
      {props.items.map(item => (
        <div key={item.key} className="jp-mlstudio-Form-item">
          {item.children}
          <IconButton
            label={trans.__('Remove')}
            disabled={props.disabled || !item.hasRemove}
            onClick={item.onDropIndexClick(item.index)}
          >
            <closeIcon.react tag="span" width="14px" />
          </IconButton>
        </div>
      ))}
      {props.canAdd ? (
        <Button disabled={props.disabled} onClick={props.onAddClick}>
          <addIcon.react tag="span" width="12px" /> {trans.__('Add')}
        </Button>
      ) : null}
    </div>
  );
}

/** Draw an object as its properties, side by side where there is room. */
export function objectTemplate(props: ObjectFieldTemplateProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Form-fields">
      {props.properties
        .filter(({ name }) => isAsked(props.schema.properties?.[name], props.formData ?? {}))
        .map(({ name, content }) => (
          <React.Fragment key={name}>{content}</React.Fragment>
        ))}
    </div>
  );
}

const WIDE = ['columns', 'formula', 'path', 'python', 'sql'];

function isWide({ schema, uiSchema }: FieldTemplateProps): boolean {
  return WIDE.includes(String(uiSchema?.['ui:field'])) || schema.type === 'array';
}
