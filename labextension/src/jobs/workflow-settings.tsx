import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton } from '../ui';
import type { WorkflowDesk } from './workflow-desk';
import { Field, TextField } from './workflow-fields';
import { memberRenamed } from './workflow-rename';
import { JsonField } from './workflow-value';
import type { Workflow, WorkflowParameter } from './workflow-types';

const TYPES = ['any', 'int', 'float', 'bool', 'str', 'list', 'dict'] as const;

/** Title, description and parameters of the whole workflow. */
export function WorkflowSettings({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, model, workflow, editable } = desk;
  const set = (fields: Partial<Workflow>): void => model.edit(old => ({ ...old, ...fields }));
  const parameters = Object.entries(workflow.parameters ?? {});
  const add = (): void => {
    const names = parameters.map(([name]) => name);
    let name = 'parameter';
    for (let count = 2; names.includes(name); count++) {
      name = `parameter_${count}`;
    }
    set({ parameters: { ...workflow.parameters, [name]: {} } });
  };
  return (
    <div className="jp-mlstudio-Form jp-mlstudio-WorkflowForm">
      <Field label={trans.__('Title')}>
        {id => (
          <TextField
            id={id}
            value={workflow.title ?? ''}
            disabled={!editable}
            onCommit={title => set({ title })}
          />
        )}
      </Field>
      <Field label={trans.__('What it is for')}>
        {id => (
          <TextField
            id={id}
            lines={2}
            value={workflow.description ?? ''}
            disabled={!editable}
            onCommit={description => set({ description })}
          />
        )}
      </Field>
      <h3>{trans.__('Parameters')}</h3>
      {parameters.length === 0 ? (
        <p className="jp-mlstudio-Hint">
          {trans.__(
            'What each run may be given, such as a number of rows. Nodes take it by reference.'
          )}
        </p>
      ) : null}
      {parameters.map(([name, parameter]) => (
        <ParameterEditor key={name} desk={desk} name={name} parameter={parameter} />
      ))}
      <Button disabled={!editable} onClick={add}>
        <addIcon.react tag="span" elementSize="small" /> {trans.__('Add a parameter')}
      </Button>
    </div>
  );
}

interface IEditorProps {
  readonly desk: WorkflowDesk;
  readonly name: string;
  readonly parameter: WorkflowParameter;
}

function ParameterEditor({ desk, name, parameter }: IEditorProps): React.JSX.Element {
  const { trans, model, editable: can } = desk;
  const set = (fields: Partial<WorkflowParameter>): void =>
    model.edit(old => ({
      ...old,
      parameters: { ...old.parameters, [name]: { ...parameter, ...fields } }
    }));
  const remove = (): void =>
    model.edit(old => {
      const others = Object.entries(old.parameters ?? {}).filter(([other]) => other !== name);
      return { ...old, parameters: Object.fromEntries(others) };
    });
  return (
    <fieldset className="jp-mlstudio-WorkflowParameter" disabled={!can}>
      <div>
        <TextField
          label={trans.__('Name of the parameter')}
          value={name}
          onCommit={next => model.edit(old => memberRenamed(old, name, next))}
        />
        <select
          className="jp-mlstudio-Form-input"
          aria-label={trans.__('Type of %1', name)}
          value={parameter.type ?? 'any'}
          onChange={event => set({ type: event.target.value as (typeof TYPES)[number] })}
        >
          {TYPES.map(type => (
            <option key={type}>{type}</option>
          ))}
        </select>
        <IconButton label={trans.__('Remove %1', name)} onClick={remove}>
          <closeIcon.react tag="span" elementSize="normal" />
        </IconButton>
      </div>
      <div>
        <JsonField
          label={trans.__('Default of %1', name)}
          placeholder={parameter.required ? trans.__('must be given') : trans.__('default')}
          type={parameter.type ?? 'any'}
          value={parameter.default}
          onCommit={value => set({ default: value })}
        />
        <label>
          <input
            type="checkbox"
            checked={parameter.required ?? false}
            onChange={event => set({ required: event.target.checked })}
          />
          {trans.__('required')}
        </label>
      </div>
      <TextField
        label={trans.__('What %1 means', name)}
        placeholder={trans.__('What it means')}
        value={parameter.help ?? ''}
        onCommit={help => set({ help })}
      />
    </fieldset>
  );
}
