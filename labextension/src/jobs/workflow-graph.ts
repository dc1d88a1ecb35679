import type { Place } from './workflow-layout';
import { expressionsIn, renamedIn, renamedValue, RESERVED, rootsOf } from './workflow-references';
import type { Workflow, WorkflowNode } from './workflow-types';

/** What a workflow is before anything is in it. */
export const NOTHING: Workflow = { nodes: [] };

/** One node that another needs; `implied` if a reference or a condition says so. */
export interface INeed {
  readonly source: string;
  readonly target: string;
  readonly implied: boolean;
}

export function nodesOf(workflow: Workflow): readonly WorkflowNode[] {
  return workflow.nodes ?? [];
}

export function nodeOf(workflow: Workflow, id: string): WorkflowNode | undefined {
  return nodesOf(workflow).find(node => node.id === id);
}

/** Return what needs what. */
export function needsIn(workflow: Workflow): INeed[] {
  const known = new Set(nodesOf(workflow).map(({ id }) => id));
  return nodesOf(workflow).flatMap(node => {
    const written = node.needs ?? [];
    const sources = [...new Set([...written, ...referencedBy(node)])];
    return sources
      .filter(source => known.has(source) && source !== node.id)
      .map(source => ({ source, target: node.id, implied: !written.includes(source) }));
  });
}

/** Return what a node needs, by node. */
export function needsByNode(workflow: Workflow): Map<string, string[]> {
  const found = new Map(nodesOf(workflow).map(({ id }) => [id, [] as string[]]));
  needsIn(workflow).forEach(({ source, target }) => found.get(target)?.push(source));
  return found;
}

/** Return the nodes so that each comes after what it needs; those in a circle come last. */
export function ordered(workflow: Workflow): readonly WorkflowNode[] {
  const needs = needsByNode(workflow);
  const done: WorkflowNode[] = [];
  let waiting = [...nodesOf(workflow)];
  for (let ready = waiting; ready.length > 0;) {
    const ended = new Set(done.map(({ id }) => id));
    ready = waiting.filter(({ id }) => (needs.get(id) ?? []).every(need => ended.has(need)));
    done.push(...ready);
    waiting = waiting.filter(node => !ready.includes(node));
  }
  return [...done, ...waiting];
}

/** Return the nodes that must have ended before one begins, the nearest first. */
export function before(workflow: Workflow, id: string): string[] {
  const needs = needsByNode(workflow);
  const found: string[] = [];
  for (let next = needs.get(id) ?? []; next.length > 0;) {
    const fresh = [...new Set(next)].filter(each => each !== id && !found.includes(each));
    found.push(...fresh);
    next = fresh.flatMap(each => needs.get(each) ?? []);
  }
  return found;
}

/** Tell whether a line can be drawn: no circle, and no line that is there. */
export function mayConnect(workflow: Workflow, source: string, target: string): boolean {
  const there = needsIn(workflow).some(each => each.source === source && each.target === target);
  return source !== target && !there && !before(workflow, source).includes(target);
}

/** Make a name that expressions can use and no other node has. */
export function freeId(workflow: Workflow, wanted: string): string {
  const plain = wanted
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9]+/g, '_')
    .replace(/^[^A-Za-z]+|_+$/g, '')
    .slice(0, 50);
  const base = plain === '' ? 'node' : plain;
  const taken = new Set([...RESERVED, ...nodesOf(workflow).map(({ id }) => id)]);
  let id = base;
  for (let count = 2; taken.has(id); count++) {
    id = `${base}_${count}`;
  }
  return id;
}

/** Add a node at a place. */
export function added(workflow: Workflow, node: WorkflowNode, place: Place | null): Workflow {
  const next = { ...workflow, nodes: [...nodesOf(workflow), node] };
  return place ? placed(next, { [node.id]: place }) : next;
}

/** Change fields of a node; a field that is undefined goes. */
export function changed(workflow: Workflow, id: string, fields: Partial<WorkflowNode>): Workflow {
  return {
    ...workflow,
    nodes: nodesOf(workflow).map(node => (node.id === id ? { ...node, ...fields } : node))
  };
}

/** Remove nodes, and that others need them. */
export function removed(workflow: Workflow, ids: readonly string[]): Workflow {
  const nodes = nodesOf(workflow)
    .filter(({ id }) => !ids.includes(id))
    .map(node => withoutNeeds(node, ids));
  const layout = Object.entries(workflow.layout ?? {}).filter(([id]) => !ids.includes(id));
  return { ...workflow, nodes, layout: Object.fromEntries(layout) };
}

/** Give a node another id, also where others name it. */
export function renamed(workflow: Workflow, old: string, next: string): Workflow {
  const named = (id: string): string => (id === old ? next : id);
  const nodes = nodesOf(workflow).map(node => ({
    ...renamedValue(node, old, next),
    id: named(node.id),
    ...(node.needs ? { needs: node.needs.map(named) } : {}),
    ...(node.when ? { when: renamedIn(node.when, old, next) } : {})
  }));
  const layout = Object.entries(workflow.layout ?? {}).map(([id, place]) => [named(id), place]);
  return { ...workflow, nodes, layout: Object.fromEntries(layout) };
}

/** Let a node need another. */
export function connected(workflow: Workflow, source: string, target: string): Workflow {
  const node = nodeOf(workflow, target);
  return changed(workflow, target, { needs: [...(node?.needs ?? []), source] });
}

/** Let nodes no longer need others; what references imply stays. */
export function disconnected(
  workflow: Workflow,
  lines: readonly { source: string; target: string }[]
): Workflow {
  return lines.reduce((before, { source, target }) => {
    const node = nodeOf(before, target);
    return node
      ? {
          ...before,
          nodes: nodesOf(before).map(each => (each === node ? withoutNeeds(node, [source]) : each))
        }
      : before;
  }, workflow);
}

/** Note where nodes stand. */
export function placed(workflow: Workflow, places: Readonly<Record<string, Place>>): Workflow {
  const layout = { ...workflow.layout };
  for (const [id, [x, y]] of Object.entries(places)) {
    layout[id] = [Math.round(x), Math.round(y)];
  }
  return { ...workflow, layout };
}

/** Move a node up or down in the file. */
export function shifted(workflow: Workflow, id: string, by: 1 | -1): Workflow {
  const nodes = [...nodesOf(workflow)];
  const at = nodes.findIndex(node => node.id === id);
  const [node] = nodes.splice(at, 1);
  if (node) {
    nodes.splice(Math.max(0, at + by), 0, node);
  }
  return { ...workflow, nodes };
}

function withoutNeeds(node: WorkflowNode, ids: readonly string[]): WorkflowNode {
  if (!node.needs?.some(need => ids.includes(need))) {
    return node;
  }
  const needs = node.needs.filter(need => !ids.includes(need));
  return needs.length > 0 ? { ...node, needs } : { ...node, needs: undefined };
}

function referencedBy(node: WorkflowNode): string[] {
  const { parameters, files, environment, for_each, when } = node;
  const written = [parameters, files, environment, for_each?.items].flatMap(expressionsIn);
  const condition = when ? (expressionsIn(when)[0] ?? when) : '';
  return [...written, condition].flatMap(rootsOf);
}
