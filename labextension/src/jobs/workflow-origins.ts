import type { TranslationBundle } from '@jupyterlab/translation';

import type { WorkflowModel } from './workflow-model';
import type { RunDetail, WorkflowNode } from './workflow-types';
import type { IOrigin } from './workflow-value';

/** List what a node can take values from: parameters, its item, and what the nodes before it give. */
export function originsOf(
  model: WorkflowModel,
  run: RunDetail | null,
  node: WorkflowNode,
  trans: TranslationBundle
): readonly IOrigin[] {
  const parameters = Object.keys(model.workflow.parameters ?? {}).map(name => ({
    expression: `parameters.${name}`,
    label: name,
    group: trans.__('Parameters of the workflow')
  }));
  const group = trans.__('For each');
  const each = [
    { expression: 'item', label: trans.__('the present item'), group },
    { expression: 'index', label: trans.__('its place in the list'), group }
  ];
  const nodes = model
    .upstream(node.id)
    .flatMap(other => given(model, run, other).map(name => originOf(other, name, trans)));
  return [...parameters, ...(node.for_each ? each : []), ...nodes];
}

/** Name what a node gives, as far as anybody knows: it says so, its code does, or it did in the last run. */
function given(model: WorkflowModel, run: RunDetail | null, node: WorkflowNode): string[] {
  const ran = run?.nodes.find(({ id }) => id === node.id);
  const names = [
    ...(node.outputs ?? []),
    ...(model.names(node.id)?.outputs ?? []),
    ...Object.keys(ran?.outputs ?? {})
  ];
  const outputs = [...new Set(names)].map(name => `outputs.${name}`);
  return [...outputs, 'state', 'notebook'];
}

function originOf(node: WorkflowNode, member: string, trans: TranslationBundle): IOrigin {
  const words: Record<string, string> = {
    state: trans.__('how it ended'),
    notebook: trans.__('its executed notebook')
  };
  return {
    expression: `${node.id}.${member}`,
    label: words[member] ?? member.replace('outputs.', ''),
    group: node.title || node.id
  };
}
