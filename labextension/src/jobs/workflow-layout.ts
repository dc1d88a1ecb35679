import { Graph, layout } from '@dagrejs/dagre';

/** How large a card is drawn, and how far apart cards stand. */
const CARD_WIDTH = 184;
const CARD_HEIGHT = 92;
const BESIDE = 24;
const BEHIND = 40;
const GRID = 8;

/** How much room a condition has on its line. */
const LABEL = { width: 72, height: 20, labelpos: 'c' } as const;

/** Where the upper left corner of a card is. */
export type Place = readonly [number, number];

/** A line of which the layout has to know. */
export interface ILaidLine {
  readonly source: string;
  readonly target: string;
  readonly label: string;
}

/** Find a place for every node: from left to right in the order of what they need, few lines crossing. */
export function arranged(
  ids: readonly string[],
  lines: readonly ILaidLine[]
): Record<string, Place> {
  const graph = new Graph();
  graph.setGraph({ rankdir: 'LR', nodesep: BESIDE, ranksep: BEHIND });
  ids.forEach(id => graph.setNode(id, { width: CARD_WIDTH, height: CARD_HEIGHT }));
  for (const { source, target, label } of lines) {
    if (graph.hasNode(source) && graph.hasNode(target)) {
      graph.setEdge(source, target, label === '' ? {} : { ...LABEL });
    }
  }
  layout(graph);
  const place = (id: string): Place => {
    const { x, y } = graph.node(id) as unknown as { x: number; y: number };
    return [onGrid(x - CARD_WIDTH / 2), onGrid(y - CARD_HEIGHT / 2)];
  };
  return Object.fromEntries(ids.map(id => [id, place(id)]));
}

/** Keep the places that are known, and put the other nodes where they are in nobody's way. */
export function completed(
  ids: readonly string[],
  lines: readonly ILaidLine[],
  known: Readonly<Record<string, Place>>
): Record<string, Place> {
  const lost = ids.filter(id => !(id in known));
  if (lost.length === ids.length) {
    return arranged(ids, lines);
  }
  const places: Record<string, Place> = { ...known };
  for (const id of lost) {
    const needs = lines.filter(({ target }) => target === id).map(({ source }) => source);
    places[id] = free(beside(needs, places), Object.values(places));
  }
  return places;
}

/** Find the nearest place downwards where no other card is. */
function free(wanted: Place, taken: readonly Place[]): Place {
  const x = onGrid(wanted[0]);
  let y = onGrid(wanted[1]);
  const isCovered = ([left, top]: Place): boolean =>
    Math.abs(left - x) < CARD_WIDTH && Math.abs(top - y) < CARD_HEIGHT;
  while (taken.some(isCovered)) {
    y += GRID * 2;
  }
  return [x, y];
}

// To the right of what it needs; below everything if it needs nothing.
function beside(needs: readonly string[], places: Readonly<Record<string, Place>>): Place {
  const before = needs.flatMap(need => (places[need] ? [places[need]] : []));
  const all = Object.values(places);
  return before[0]
    ? [Math.max(...before.map(([x]) => x)) + CARD_WIDTH + BEHIND, before[0][1]]
    : [Math.min(...all.map(([x]) => x)), Math.max(...all.map(([, y]) => y)) + CARD_HEIGHT + BESIDE];
}

function onGrid(length: number): number {
  return Math.round(length / GRID) * GRID;
}
