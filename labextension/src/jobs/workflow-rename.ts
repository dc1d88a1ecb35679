import { nodesOf } from './workflow-graph';
import { memberRenamedIn } from './workflow-references';
import type { Workflow } from './workflow-types';

const NAME = /^[A-Za-z]\w*$/;

/** Give a parameter of the workflow another name, also where nodes take it; a name that cannot be is not taken. */
export function memberRenamed(workflow: Workflow, old: string, next: string): Workflow {
  const entries = Object.entries(workflow.parameters ?? {});
  if (!NAME.test(next) || entries.some(([name]) => name === next)) {
    return workflow;
  }
  const named = entries.map(([name, value]) => [name === old ? next : name, value] as const);
  const inner = (text: string): string => memberRenamedIn(text, 'parameters', old, next);
  const nodes = nodesOf(workflow).map(node => ({
    ...mapped(node, inner),
    ...(node.when ? { when: inner(node.when) } : {})
  }));
  return { ...workflow, parameters: Object.fromEntries(named), nodes };
}

function mapped<T>(value: T, inner: (text: string) => string): T {
  if (typeof value === 'string') {
    return value.replace(/\$\{\{[^]*?\}\}/g, inner) as T & string;
  }
  if (Array.isArray(value)) {
    return value.map(item => mapped<unknown>(item, inner)) as T & unknown[];
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).map(([key, item]) => [key, mapped<unknown>(item, inner)]);
    return Object.fromEntries(entries) as T & object;
  }
  return value;
}
