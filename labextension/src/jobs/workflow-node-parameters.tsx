import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, type FormSchema } from '../ui';
import { Field, TextField } from './workflow-fields';
import type { INodeProps } from './workflow-inspector';
import { originsOf } from './workflow-origins';
import type { DeclaredParameter, Json } from './workflow-types';
import { ValueField, withValue } from './workflow-value';

/** One value that a node can be given. */
interface ISlot {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly help: string;
  readonly placeholder: string;
  readonly choices: readonly Json[] | null;
}

/** What a node is given: values, or what earlier nodes give. */
export function NodeParameters({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model, runs } = desk;
  const given = node.parameters ?? {};
  const origins = originsOf(model, runs.detail, node, trans);
  const set = (name: string, value: Json | undefined): void => {
    const next = withValue(given, name, value);
    model.change(node.id, { parameters: Object.keys(next).length > 0 ? next : undefined });
  };
  const slots = slotsOf(desk, node);
  return (
    <section aria-label={trans.__('Parameters')}>
      <h3>{trans.__('Parameters')}</h3>
      {slots.length === 0 ? (
        <p className="jp-mlstudio-Hint">
          {node.notebook
            ? trans.__('This notebook declares none: tag the cell that sets them “parameters”.')
            : trans.__('None so far.')}
        </p>
      ) : null}
      {slots.map(slot => (
        <Field key={slot.name} label={slot.label} help={slot.help}>
          {id => (
            <ValueField
              id={id}
              label={slot.label}
              type={slot.type}
              value={given[slot.name]}
              choices={slot.choices}
              placeholder={slot.placeholder}
              disabled={!desk.editable}
              origins={origins}
              trans={trans}
              onCommit={value => set(slot.name, value)}
            />
          )}
        </Field>
      ))}
      {node.use ? null : <AddParameter desk={desk} node={node} onAdd={name => set(name, '')} />}
    </section>
  );
}

function AddParameter({
  desk,
  onAdd
}: INodeProps & { onAdd: (name: string) => void }): React.JSX.Element {
  const { trans } = desk;
  const [open, setOpen] = React.useState(false);
  if (!open) {
    return (
      <Button onClick={() => setOpen(true)}>
        <addIcon.react tag="span" elementSize="small" /> {trans.__('Another parameter')}
      </Button>
    );
  }
  return (
    <TextField
      label={trans.__('Name of the parameter')}
      placeholder={trans.__('Name, then Enter')}
      value=""
      onCommit={name => {
        setOpen(false);
        if (/^[A-Za-z_]\w*$/.test(name)) {
          onAdd(name);
        }
      }}
    />
  );
}

function slotsOf(desk: INodeProps['desk'], node: INodeProps['node']): readonly ISlot[] {
  const { model } = desk;
  const ready = model.palette.find(({ name }) => name === node.use);
  const declared = ready
    ? fromSchema(ready.options as FormSchema)
    : (model.names(node.id)?.parameters ?? []).map(fromDeclared);
  const others = Object.keys(node.parameters ?? {})
    .filter(name => !declared.some(slot => slot.name === name))
    .map(name => ({ name, label: name, type: 'any', help: '', placeholder: '', choices: null }));
  return [...declared, ...others];
}

function fromDeclared(parameter: DeclaredParameter): ISlot {
  const { name, type, help, choices, default_code } = parameter;
  return { name, label: name, type, help, choices, placeholder: default_code };
}

const TYPES: Record<string, string> = {
  integer: 'int',
  number: 'float',
  boolean: 'bool',
  string: 'str',
  array: 'list',
  object: 'dict'
};

function fromSchema(schema: FormSchema): ISlot[] {
  return Object.entries(schema.properties ?? {}).map(([name, given]) => {
    const property = plain(given as FormSchema, schema);
    const { title, type, description, default: preset } = property;
    const required = schema.required?.includes(name) ?? false;
    return {
      name,
      label: `${title ?? name}${required ? ' *' : ''}`,
      type: TYPES[String(type)] ?? 'any',
      help: description ?? '',
      choices: (property.enum as Json[] | undefined) ?? null,
      placeholder: preset === undefined || preset === null ? '' : asText(preset)
    };
  });
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

// What may also be null is simply optional; a reference to a definition is followed.
function plain(property: FormSchema, schema: FormSchema): FormSchema {
  const options = (property.anyOf ?? []) as FormSchema[];
  const inner = options.find(({ type }) => type !== 'null') ?? property;
  const name = inner.$ref?.replace('#/$defs/', '');
  const followed = name === undefined ? {} : ((schema.$defs?.[name] ?? {}) as FormSchema);
  return { ...followed, ...inner, ...property };
}
