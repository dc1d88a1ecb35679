import type { IChartColumn, IChartRuns } from './plot';

/** The places of runs that have a value in all of these columns; where a scale is logarithmic, a positive one. */
export function placesWith(
  runs: IChartRuns,
  columns: readonly IChartColumn[],
  logs: readonly boolean[] = []
): number[] {
  const found: number[] = [];
  for (let place = 0; place < runs.all.length; place++) {
    const isThere = columns.every((column, index) => {
      if (!column.isNumber) {
        return column.textAt(place) !== '';
      }
      const value = column.numberAt(place);
      return Number.isFinite(value) && (!logs[index] || value > 0);
    });
    if (isThere) {
      found.push(place);
    }
  }
  return found;
}

/** The different words of a column, the numbers among them in order. */
export function wordsOf(column: IChartColumn, places: readonly number[]): string[] {
  const words = [...new Set(places.map(place => column.textAt(place)))];
  return words.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : Number(a > b)));
}

/** The smallest and largest finite number of a column; null if it has none. */
export function extentOf(
  column: IChartColumn,
  places: readonly number[]
): readonly [number, number] | null {
  let [min, max] = [Infinity, -Infinity];
  for (const place of places) {
    const value = column.numberAt(place);
    if (Number.isFinite(value)) {
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
  }
  return min <= max ? [min, max] : null;
}

/** The five numbers of a box, and what lies outside of it. */
export interface IBox {
  readonly five: readonly [number, number, number, number, number];
  readonly outside: readonly number[];
}

/** Sum numbers up: quartiles, whiskers as far as one and a half boxes, and the rest. */
export function boxOf(numbers: readonly number[]): IBox {
  const sorted = [...numbers].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    const [a, b] = [sorted[below] ?? NaN, sorted[Math.ceil(place)] ?? NaN];
    return a + (b - a) * (place - below);
  };
  const [q1, median, q3] = [at(0.25), at(0.5), at(0.75)];
  const reach = 1.5 * (q3 - q1);
  const inside = sorted.filter(value => value >= q1 - reach && value <= q3 + reach);
  const outside = sorted.filter(value => value < q1 - reach || value > q3 + reach);
  return { five: [inside[0] ?? q1, q1, median, q3, inside[inside.length - 1] ?? q3], outside };
}
