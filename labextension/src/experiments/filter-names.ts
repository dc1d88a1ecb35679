import type { Kind } from './column';

/** What a name in a filter stands for. */
export interface INamed {
  readonly kind: Kind | 'dataset';
  readonly name: string;
}

export interface IToken {
  readonly kind: 'word' | 'text' | 'quoted' | 'sign' | 'mark' | 'open';
  /** What it says, without quotes. */
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

const PREFIXES: Record<string, INamed['kind']> = {
  metric: 'metric',
  metrics: 'metric',
  param: 'param',
  params: 'param',
  parameter: 'param',
  parameters: 'param',
  tag: 'tag',
  tags: 'tag',
  attribute: 'own',
  attributes: 'own',
  attr: 'own',
  run: 'own',
  dataset: 'dataset',
  datasets: 'dataset'
};

/** MLflow's names of what every run has, and this table's. */
const OWN: Record<string, string> = {
  run_id: 'id',
  run_name: 'name',
  'run name': 'name',
  status: 'state',
  start_time: 'started',
  created: 'started',
  end_time: 'ended',
  user_id: 'user',
  id: 'id',
  name: 'name',
  state: 'state',
  started: 'started',
  ended: 'ended',
  duration: 'duration',
  experiment: 'experiment',
  notebook: 'notebook',
  job: 'job',
  user: 'user'
};

const TOKEN =
  /\s*(?:([<>!]=|=|<|>)|([(),])|(`[^`]*`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|((?:[^\s<>=!(),"'`]|"[^"]*"|`[^`]*`)+)|(["'`].*|\S))/sy;
const SPLIT = /^([A-Za-z]+)\.(.+)$/s;

/** Cut a filter into its parts; quotes that are not closed are a part of the kind `open`. */
export function tokens(text: string): IToken[] {
  const found: IToken[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match !== null; match = TOKEN.exec(text)) {
    const [whole, sign, mark, quoted, word, open] = match;
    const said = sign ?? mark ?? quoted ?? word ?? open ?? '';
    const to = match.index + whole.length;
    const isName = quoted?.startsWith('`') ?? false;
    const kind = sign
      ? 'sign'
      : mark
        ? 'mark'
        : quoted
          ? isName
            ? 'quoted'
            : 'text'
          : word
            ? 'word'
            : 'open';
    const plain = quoted ? quoted.slice(1, -1).replace(/\\(["'\\])/g, '$1') : said;
    found.push({ kind, text: plain, from: to - said.length, to });
  }
  return found;
}

/** Tell what a name in a filter stands for; null if it cannot stand for anything. */
export function named(name: string): INamed | null {
  const [, prefix = '', rest = ''] = SPLIT.exec(name) ?? [];
  const kind = PREFIXES[prefix.toLowerCase()];
  if (kind === undefined) {
    const own = OWN[unquoted(name).toLowerCase()];
    return own === undefined ? null : { kind: 'own', name: own };
  }
  const plain = unquoted(rest);
  if (kind !== 'own') {
    return { kind, name: plain };
  }
  const own = OWN[plain.toLowerCase()];
  return own === undefined ? null : { kind, name: own };
}

/** Tell whether a name begins with a group of columns, such as `metrics.`. */
export function isGrouped(name: string): boolean {
  const group = SPLIT.exec(name)?.[1]?.toLowerCase();
  return group !== undefined && PREFIXES[group] !== undefined;
}

const BEGINNING = /(^|\band\s+)([a-z]*)(\.\S*)?$/i;
const GROUPS = ['metrics', 'params', 'tags', 'attributes', 'datasets'];

/** Leave out what may become a further condition while it is typed: it is no word to search for. */
export function withoutBeginning(text: string): string {
  const [whole = '', and = '', begun = '', rest] = BEGINNING.exec(text) ?? [];
  const isBegun = GROUPS.some(group => group.startsWith(begun.toLowerCase()));
  const isName =
    rest === undefined ? and !== '' && isBegun : PREFIXES[begun.toLowerCase()] !== undefined;
  return isName ? text.slice(0, text.length - whole.length) : text;
}

function unquoted(name: string): string {
  return /^(["`]).*\1$/s.test(name) ? name.slice(1, -1) : name;
}
