import * as React from 'react';

import { SchemaForm, withDefaults, type FormSchema } from '../ui';
import { ForEachEditor } from './workflow-each';
import type { INodeProps } from './workflow-inspector';
import type { WorkflowNode } from './workflow-types';

const FIELDS = [
  ...['outputs', 'files', 'cache', 'retries', 'timeout', 'resources', 'priority', 'executor'],
  ...['kernel', 'clean_start']
] as const;

/** For each, and what is seldom needed: cache, retries, time limit, resources, where it runs. */
export function MoreSettings({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model, editable } = desk;
  const schema = React.useMemo(() => partOf(model.schema), [model.schema]);
  const set = (value: Record<string, unknown>): void => {
    const next = Object.fromEntries(
      Object.keys(schema?.properties ?? {}).map(name => [name, value[name]])
    );
    if (schema && JSON.stringify(full(schema, next)) !== JSON.stringify(full(schema, node))) {
      model.change(node.id, next as Partial<WorkflowNode>);
    }
  };
  return (
    <>
      <ForEachEditor desk={desk} node={node} />
      {schema ? (
        <details className="jp-mlstudio-WorkflowForm-more">
          <summary>{trans.__('Cache, retries, limits, resources')}</summary>
          <SchemaForm
            schema={schema}
            value={node}
            disabled={!editable}
            idPrefix={`mlstudio-node-${node.id}`}
            onChange={set}
          />
        </details>
      ) : null}
    </>
  );
}

// Nothing said and the default said are the same.
function full(schema: FormSchema, value: object): object {
  const given = Object.entries(value).filter(([, each]) => each !== undefined && each !== null);
  const filled = withDefaults(schema, Object.fromEntries(given));
  return Object.keys(schema.properties ?? {}).map(name => filled[name] ?? null);
}

function partOf(schema: FormSchema): FormSchema | null {
  const node = schema.$defs?.['Node'] as FormSchema | undefined;
  if (!node?.properties) {
    return null;
  }
  const { properties } = node;
  const chosen = FIELDS.filter(name => name in properties).map(name => [name, properties[name]]);
  return { type: 'object', properties: Object.fromEntries(chosen), $defs: schema.$defs };
}
