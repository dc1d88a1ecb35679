import { Graph, layout } from '@dagrejs/dagre';

/** How large a card is drawn, and how far apart cards stand. */
const CARD_WIDTH = 224;
const CARD_HEIGHT = 84;
const BESIDE = 32;
const BELOW = 88;
const GRID = 8;

/** Where the upper left corner of a card is. */
export type Place = readonly [number, number];

/** What a layout is made of: who needs whom. */
export interface ILinked {
  readonly id: string;
  readonly needs: readonly string[];
}

/** Find a place for every node: from left to right in the order of what they need, few lines crossing. */
export function arranged(nodes: readonly ILinked[]): Record<string, Place> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: BESIDE, ranksep: BELOW });
  graph.setDefaultEdgeLabel(() => ({}));
  for (const { id } of nodes) {
    graph.setNode(id, { width: CARD_WIDTH, height: CARD_HEIGHT });
  }
  for (const { id, needs } of nodes) {
    needs.filter(need => graph.hasNode(need)).forEach(need => graph.setEdge(need, id));
  }
  layout(graph);
  const place = (id: string): Place => {
    const { x, y } = graph.node(id) as unknown as { x: number; y: number };
    return [onGrid(x - CARD_WIDTH / 2), onGrid(y - CARD_HEIGHT / 2)];
  };
  return Object.fromEntries(nodes.map(({ id }) => [id, place(id)]));
}

/** Keep the places that are known, and put the other nodes where they are in nobody's way. */
export function completed(
  nodes: readonly ILinked[],
  known: Readonly<Record<string, Place>>
): Record<string, Place> {
  const lost = nodes.filter(({ id }) => !(id in known));
  if (lost.length === 0) {
    return { ...known };
  }
  if (lost.length === nodes.length) {
    return arranged(nodes);
  }
  const places: Record<string, Place> = { ...known };
  for (const node of lost) {
    places[node.id] = free(beside(node, places), Object.values(places));
  }
  return places;
}

/** Find the nearest place downwards where no other card is. */
export function free(wanted: Place, taken: readonly Place[]): Place {
  let [x, y] = wanted.map(onGrid) as [number, number];
  const covered = (): boolean =>
    taken.some(([left, top]) => Math.abs(left - x) < CARD_WIDTH && Math.abs(top - y) < CARD_HEIGHT);
  while (covered()) {
    y += GRID * 2;
  }
  return [x, y];
}

// To the right of what it needs; below everything if it needs nothing.
function beside({ needs }: ILinked, places: Readonly<Record<string, Place>>): Place {
  const before = needs.flatMap(need => (places[need] ? [places[need]] : []));
  const all = Object.values(places);
  return before[0]
    ? [Math.max(...before.map(([x]) => x)) + CARD_WIDTH + BELOW, before[0][1]]
    : [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([, y]) => y)) + CARD_HEIGHT + BESIDE];
}

function onGrid(length: number): number {
  return Math.round(length / GRID) * GRID;
}
