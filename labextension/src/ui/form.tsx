import type { ITranslator } from '@jupyterlab/translation';
import { nullTranslator } from '@jupyterlab/translation';
import { FormComponent } from '@jupyterlab/ui-components';
import type { ReadonlyJSONObject } from '@lumino/coreutils';
import type { IChangeEvent } from '@rjsf/core';
import type { RJSFSchema, RJSFValidationError, UiSchema, ValidatorType } from '@rjsf/utils';
import * as React from 'react';

import { fields, type IFormSurroundings } from './form-fields';
import { FORMATS, drawn, simplify, withoutNulls } from './form-schema';
import { arrayTemplate, fieldTemplate, objectTemplate } from './form-templates';
import { Loading } from './state';

export interface ISchemaFormProps extends IFormSurroundings {
  /** What is asked for; a JSON schema of an object. */
  schema: RJSFSchema;
  /** What has been answered so far. */
  value: object;
  /** Hears every change, also while the value is not valid yet. */
  onChange: (value: Record<string, unknown>) => void;
  /** Grey everything out. */
  disabled?: boolean;
  /** Keep the ids of two forms on one page apart. */
  idPrefix?: string;
  translator?: ITranslator;
}

/** A form made from a JSON schema; the validator is loaded when the first one is shown. */
export function SchemaForm(props: ISchemaFormProps): React.JSX.Element {
  const { schema, value, onChange, disabled, idPrefix, translator, columns, pickPath } = props;
  const validator = useValidator();
  const trans = (translator ?? nullTranslator).load('jupyter_mlstudio');
  const simple = React.useMemo(() => simplify(schema), [schema]);
  const uiSchema = React.useMemo(() => drawn(simple), [simple]);
  const given = React.useMemo(() => withoutNulls(value), [value]);
  const context = { columns, pickPath, trans, defaultFormData: {} };
  if (!validator) {
    return <Loading label={trans.__('Loading the form')} rows={3} />;
  }
  return (
    <FormComponent
      className="jp-mlstudio-Form"
      tagName="div"
      schema={simple}
      uiSchema={uiSchema as UiSchema<ReadonlyJSONObject>}
      formData={given as ReadonlyJSONObject}
      formContext={context}
      validator={validator as ValidatorType<ReadonlyJSONObject>}
      fields={fields}
      templates={TEMPLATES}
      transformErrors={known}
      onChange={(event: IChangeEvent<ReadonlyJSONObject>) => onChange({ ...event.formData })}
      idPrefix={idPrefix}
      disabled={disabled}
      translator={translator}
      showErrorList={false}
      noHtml5Validate
      liveValidate
    />
  );
}

const TEMPLATES = {
  FieldTemplate: fieldTemplate,
  ArrayFieldTemplate: arrayTemplate,
  ObjectFieldTemplate: objectTemplate
};

// That a field is still empty is no mistake of somebody who has not come to it yet.
function known(errors: RJSFValidationError[]): RJSFValidationError[] {
  return errors.filter(({ name }) => name !== 'required' && name !== 'minItems');
}

let loading: Promise<ValidatorType> | undefined;

function load(): Promise<ValidatorType> {
  const formats = Object.fromEntries(FORMATS.map(name => [name, /[^]*/]));
  loading ??= import('@rjsf/validator-ajv8').then(({ customizeValidator }) =>
    customizeValidator({ customFormats: formats })
  );
  return loading;
}

function useValidator(): ValidatorType | null {
  const [validator, setValidator] = React.useState<ValidatorType | null>(null);
  React.useEffect(() => {
    let shown = true;
    void load().then(loaded => shown && setValidator(loaded));
    return () => {
      shown = false;
    };
  }, []);
  return validator;
}
