/** Words of expressions that are no nodes. */
export const RESERVED: readonly string[] = [
  ...['parameters', 'item', 'index', 'run', 'true', 'false', 'null', 'None', 'True', 'False'],
  ...['and', 'or', 'not', 'in', 'is', 'if', 'else']
];

const REFERENCE = /\$\{\{([^]*?)\}\}/g;
const WHOLE = /^\s*\$\{\{([^]*?)\}\}\s*$/;
const WORD = /("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(\.\s*)?([A-Za-z_]\w*)/g;

/** Write an expression as it stands in a parameter. */
export function reference(expression: string): string {
  return `\${{ ${expression} }}`;
}

/** Return the expression that a value is nothing but, or null. */
export function referred(value: unknown): string | null {
  const inner = typeof value === 'string' ? WHOLE.exec(value)?.[1] : undefined;
  return inner === undefined || inner.includes('${{') ? null : inner.trim();
}

/** Return the first words of what an expression names, such as `train` for `train.outputs.auc`. */
export function rootsOf(expression: string): string[] {
  const found = [...expression.matchAll(WORD)].map(([, quoted, dot, word]) =>
    quoted === undefined && dot === undefined ? (word ?? '') : ''
  );
  return [...new Set(found.filter(word => word !== '' && !isCall(expression, word)))];
}

function isCall(expression: string, word: string): boolean {
  return new RegExp(`\\b${word}\\s*\\(`).test(expression);
}

/** Return every expression in the references of a value. */
export function expressionsIn(value: unknown): string[] {
  if (typeof value === 'string') {
    return [...value.matchAll(REFERENCE)].map(([, inner]) => (inner ?? '').trim());
  }
  return typeof value === 'object' && value !== null
    ? Object.values(value).flatMap(expressionsIn)
    : [];
}

/** Let an expression name something else by its first word. */
export function renamedIn(expression: string, old: string, next: string): string {
  return expression.replace(WORD, (all, quoted?: string, dot?: string, word?: string) =>
    quoted === undefined && dot === undefined && word === old ? next : all
  );
}

/** Let every reference in a value name something else. */
export function renamedValue<T>(value: T, old: string, next: string): T {
  if (typeof value === 'string') {
    return value.replace(REFERENCE, all => renamedIn(all, old, next)) as T & string;
  }
  if (Array.isArray(value)) {
    return value.map(item => renamedValue<unknown>(item, old, next)) as T & unknown[];
  }
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([key, item]) => [key, renamedValue<unknown>(item, old, next)])
    ) as T & object;
  }
  return value;
}

/** Let an expression name another member of the same first word, such as `parameters.rows`. */
export function memberRenamedIn(
  expression: string,
  root: string,
  old: string,
  next: string
): string {
  return expression.replace(
    new RegExp(`(?<![\\w.])${root}(\\s*\\.\\s*)${old}(?!\\w)`, 'g'),
    `${root}$1${next}`
  );
}
