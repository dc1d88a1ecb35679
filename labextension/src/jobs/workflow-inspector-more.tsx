import { JSONExt, type JSONObject } from '@lumino/coreutils';
import * as React from 'react';

import { SchemaForm, type FormSchema } from '../ui';
import { CacheEditor } from './workflow-cache';
import { ForEachEditor } from './workflow-each';
import type { INodeProps } from './workflow-inspector';
import type { WorkflowNode } from './workflow-types';

const FIELDS = [
  ...['outputs', 'files', 'retries', 'timeout', 'resources', 'priority', 'executor'],
  ...['kernel', 'clean_start']
] as const;

/** For each, cache, and what is seldom needed: retries, time limit, resources, where it runs. */
export function MoreSettings({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model, editable } = desk;
  const schema = React.useMemo(() => partOf(model.schema), [model.schema]);
  const set = (value: Record<string, unknown>): void => {
    // The form fills in every default as soon as it is shown; in the file they are left out.
    const next = said(schema, value);
    if (!JSONExt.deepEqual(next as JSONObject, said(schema, node) as JSONObject)) {
      const fields = Object.keys(schema?.properties ?? {}).map(name => [name, next[name]]);
      model.change(node.id, Object.fromEntries(fields) as Partial<WorkflowNode>);
    }
  };
  return (
    <>
      <ForEachEditor desk={desk} node={node} />
      <CacheEditor desk={desk} node={node} />
      {schema ? (
        <details className="jp-mlstudio-WorkflowForm-more">
          <summary>{trans.__('Outputs, files, retries, limits, resources')}</summary>
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

function said(schema: FormSchema | null, value: object): Record<string, unknown> {
  const given = value as Record<string, unknown>;
  const isSaid = ([name, property]: [string, unknown]): boolean => {
    const preset = (property as FormSchema).default ?? null;
    return !JSONExt.deepEqual(
      (given[name] ?? preset) as JSONObject,
      preset as unknown as JSONObject
    );
  };
  const entries = Object.entries(schema?.properties ?? {}).filter(isSaid);
  return Object.fromEntries(entries.map(([name]) => [name, withoutUndefined(given[name])]));
}

function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
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
