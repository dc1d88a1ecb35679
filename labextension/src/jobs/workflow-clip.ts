import { added, freeId, nodesOf, renamed } from './workflow-graph';
import type { Workflow, WorkflowNode } from './workflow-types';

const KIND = 'mlstudio-workflow-nodes';
const BESIDE = 32;

/** Write nodes as a text for the clipboard. */
export function copied(workflow: Workflow, ids: readonly string[]): string {
  const nodes = nodesOf(workflow).filter(({ id }) => ids.includes(id));
  const layout = Object.entries(workflow.layout ?? {}).filter(([id]) => ids.includes(id));
  return JSON.stringify({ kind: KIND, nodes, layout: Object.fromEntries(layout) });
}

/** Add nodes from the clipboard under new names, and name them; null if the clipboard holds none. */
export function pasted(workflow: Workflow, text: string): [Workflow, string[]] | null {
  const clip = read(text);
  if (!clip) {
    return null;
  }
  let source: Workflow = clip;
  let target = workflow;
  const ids: string[] = [];
  for (const { id } of clip.nodes ?? []) {
    const next = freeId(
      { nodes: [...nodesOf(workflow), ...nodesOf(source)] },
      id.replace(/_\d+$/, '')
    );
    source = renamed(source, id, next);
    ids.push(next);
  }
  for (const node of nodesOf(source)) {
    const [x, y] = source.layout?.[node.id] ?? [0, 0];
    target = added(target, withKnownNeeds(node, workflow, ids), [x + BESIDE, y + BESIDE]);
  }
  return [target, ids];
}

function withKnownNeeds(node: WorkflowNode, workflow: Workflow, ids: string[]): WorkflowNode {
  const known = [...nodesOf(workflow).map(({ id }) => id), ...ids];
  return node.needs ? { ...node, needs: node.needs.filter(need => known.includes(need)) } : node;
}

function read(text: string): Workflow | null {
  try {
    const clip = JSON.parse(text) as { kind?: string } & Workflow;
    return clip.kind === KIND && Array.isArray(clip.nodes) ? clip : null;
  } catch {
    return null; // something else was copied
  }
}
