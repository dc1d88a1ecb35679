import { Graph, layout } from '@dagrejs/dagre';

import type { Lineage } from './origin';

export const CARD = { width: 176, height: 62 } as const;

/** Find a place for every thing: from left to right as one came from the other, few lines crossing. */
export function placed({
  nodes,
  links
}: Pick<Lineage, 'nodes' | 'links'>): Record<string, { x: number; y: number }> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: 20, ranksep: 60 });
  nodes.forEach(({ id }) => graph.setNode(id, { ...CARD }));
  links.forEach(({ source, target }) => graph.setEdge(source, target, {}));
  layout(graph);
  return Object.fromEntries(
    nodes.map(({ id }) => {
      const { x, y } = graph.node(id) as unknown as { x: number; y: number };
      return [id, { x: x - CARD.width / 2, y: y - CARD.height / 2 }];
    })
  );
}
