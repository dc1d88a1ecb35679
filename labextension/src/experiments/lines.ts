/** Colours that people with any colour sight can tell apart, on light and on dark ground. */
export const COLOURS = [
  '#2b8fd9',
  '#e08e0b',
  '#0f9d76',
  '#cf5ea2',
  '#d8602c',
  '#8578dd',
  '#9d9a1c',
  '#5bb0cf'
] as const;

/** The colour of the run at a place in a comparison. */
export function colourAt(place: number): string {
  return COLOURS[place % COLOURS.length] ?? COLOURS[0];
}
