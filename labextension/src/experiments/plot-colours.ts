import { COLOURS } from './lines';

/** From little to much: readable by people with any colour sight, on light and on dark ground. */
export const SEQUENCE: readonly string[] = [
  '#46327e',
  '#365c8d',
  '#277f8e',
  '#1fa187',
  '#4ac16d',
  '#a0da39',
  '#fde725'
];

/** For words: as many colours as can be told apart, then again from the beginning. */
export function wordColours(words: readonly string[]): string[] {
  return words.map((_, place) => COLOURS[place % COLOURS.length] ?? COLOURS[0]);
}

/** What goes with the other, and what against it. */
export const WITH = COLOURS[0];
export const AGAINST = COLOURS[4];
