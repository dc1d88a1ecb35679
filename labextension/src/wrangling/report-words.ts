import type { Schemas } from '../api';
import { number, percent } from '../ui';

/** Write a figure of the report; one from a sample says so. */
export function figureText({ value, unit, exactness }: Schemas['InsightFigure']): string {
  const text = unit === 'share' ? percent(value) : number(value);
  return exactness === 'sampled' ? `≈ ${text}` : text;
}
