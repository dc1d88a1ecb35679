import { referred } from './workflow-references';

/** One comparison of a condition. */
export interface IComparison {
  /** What is compared, such as `train.outputs.auc`. */
  readonly left: string;
  readonly operator: string;
  /** The value as it is written: a number, a text in quotes, true, false, null, or another name. */
  readonly right: string;
}

export const OPERATORS = ['>', '>=', '<', '<=', '==', '!='] as const;

const COMPARISON = /^([A-Za-z_][\w.]*)\s*(==|!=|>=|<=|>|<)\s*(.+)$/;
const VALUE = /^(-?\d+(\.\d+)?(e[-+]?\d+)?|true|false|null|"[^"]*"|'[^']*'|[A-Za-z_][\w.]*)$/i;

/** Read a condition as comparisons that all must hold; null if it is more than that. */
export function comparisons(condition: string): IComparison[] | null {
  const text = referred(condition) ?? condition.trim();
  if (text === '') {
    return [];
  }
  const found = splitAnd(text).map(part => {
    const [, left = '', operator = '', right = ''] = COMPARISON.exec(part.trim()) ?? [];
    return { left, operator, right: right.trim() };
  });
  return found.every(({ left, right }) => left !== '' && VALUE.test(right)) ? found : null;
}

/** Write comparisons as a condition; those that are not complete are left out. */
export function condition(parts: readonly IComparison[]): string {
  return parts
    .filter(({ left, right }) => left !== '' && right !== '')
    .map(({ left, operator, right }) => `${left} ${operator} ${right}`)
    .join(' and ');
}

/** Write what was typed as a value of a condition: a text gets its quotes. */
export function literal(typed: string): string {
  const text = typed.trim();
  return text === '' || VALUE.test(text) ? text : JSON.stringify(text);
}

function splitAnd(text: string): string[] {
  const parts = text.match(/(?:"[^"]*"|'[^']*'|[^"'])+?(?=\s+and\s+|$)/g) ?? [text];
  return parts.map(part => part.replace(/^\s*and\s+/, ''));
}
