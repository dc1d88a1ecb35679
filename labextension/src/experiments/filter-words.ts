import { named, tokens, type IToken } from './filter-names';
import type { RunTable } from './store-table';

/** What could stand at the cursor of a filter. */
export interface ICompletion {
  /** What stands there now, and would be replaced. */
  readonly from: number;
  readonly to: number;
  readonly items: readonly IProposal[];
}

export interface IProposal {
  readonly text: string;
  /** What it is, in a word. */
  readonly kind: string;
}

const MOST = 12;
const NUMBER_SIGNS = ['>', '<', '>=', '<=', '=', '!='];
const TEXT_SIGNS = ['=', '!=', 'LIKE', 'ILIKE', 'IN'];
const ATTRIBUTES = [
  'status',
  'run_name',
  'run_id',
  'start_time',
  'end_time',
  'user_id',
  'duration',
  'notebook',
  'experiment'
];

/** Propose names, comparisons and values for what is being typed. */
export function completed(text: string, cursor: number, table: RunTable): ICompletion {
  const before = tokens(text.slice(0, cursor));
  const last = before[before.length - 1];
  const isTouching = last !== undefined && last.to === cursor && last.kind !== 'mark';
  const typed = isTouching ? last : null;
  const rest = typed ? before.slice(0, -1) : before;
  const from = typed ? typed.from : cursor;
  const said = text.slice(from, cursor);
  return {
    from,
    to: endOf(text, cursor, typed),
    items: proposals(rest, said, typed, table).slice(0, MOST)
  };
}

/** Write a name so that it is read as one name. */
export function nameText(kind: string, name: string): string {
  const prefix = kind === 'own' ? 'attributes' : `${kind}s`;
  return /^[\w.\-/]+$/.test(name) ? `${prefix}.${name}` : `${prefix}.\`${name}\``;
}

function proposals(
  rest: readonly IToken[],
  said: string,
  typed: IToken | null,
  table: RunTable
): IProposal[] {
  const last = rest[rest.length - 1];
  const name = nameBefore(rest);
  const isComparing = last?.kind === 'sign' || /^i?like$/i.test(last?.text ?? '');
  const isListing = last?.kind === 'mark' && last.text !== ')';
  if (name && (isComparing || isListing)) {
    return valuesOf(name, said, table);
  }
  if (last && last.kind === 'word' && named(last.text) !== null && typed?.kind !== 'text') {
    const found = named(last.text);
    const isNumber =
      found?.kind === 'metric' || ['started', 'ended', 'duration'].includes(found?.name ?? '');
    const signs = isNumber ? NUMBER_SIGNS : TEXT_SIGNS;
    return signs
      .filter(sign => sign.startsWith(said.toUpperCase()) && sign !== said)
      .map(sign => ({ text: sign, kind: '' }));
  }
  const isAfterValue = rest[rest.length - 2]?.kind === 'sign' || last?.text === ')';
  const and =
    isAfterValue && 'and'.startsWith(said.toLowerCase()) ? [{ text: 'and', kind: '' }] : [];
  return isAfterValue ? and : namesOf(said, table);
}

function namesOf(said: string, table: RunTable): IProposal[] {
  const plain = said.toLowerCase().replace(/["`]/g, '');
  const [prefix, wanted] = plain.includes('.')
    ? [plain.slice(0, plain.indexOf('.')), plain.slice(plain.indexOf('.') + 1)]
    : ['', plain];
  const fits = (kind: string, name: string): boolean => {
    const lower = name.toLowerCase();
    return (
      lower.includes(plain) ||
      (prefix !== '' && kind.startsWith(prefix.replace(/s$/, '')) && lower.includes(wanted))
    );
  };
  const own = ATTRIBUTES.filter(name => fits('attribute', name)).map(name => ({
    text: nameText('own', name),
    kind: 'run'
  }));
  const logged: IProposal[] = [];
  for (const { kind, name } of table.logged) {
    if (logged.length >= MOST) {
      break;
    }
    if (fits(kind, name) || `${kind}s.`.startsWith(plain)) {
      logged.push({ text: nameText(kind, name), kind });
    }
  }
  return [...logged, ...own].filter(({ text }) => text !== said);
}

function valuesOf(
  { kind, name }: { kind: string; name: string },
  said: string,
  table: RunTable
): IProposal[] {
  const column = table.column(kind === 'own' ? name : `${kind}:${name}`);
  const wanted = said.replace(/^["']|["']$/g, '').toLowerCase();
  const found: IProposal[] = [];
  for (const word of column?.words ?? []) {
    if (found.length >= MOST) {
      break;
    }
    if (word !== '' && word.length < 80 && word.toLowerCase().includes(wanted)) {
      const value = kind === 'own' && name === 'state' ? word.toUpperCase() : word;
      found.push({ text: `"${value.replace(/["\\]/g, '\\$&')}"`, kind: '' });
    }
  }
  return found.filter(({ text }) => text !== said);
}

/** The name that the condition before the cursor begins with. */
function nameBefore(rest: readonly IToken[]): ReturnType<typeof named> {
  for (let place = rest.length - 1; place >= Math.max(0, rest.length - 60); place -= 1) {
    const token = rest[place];
    if (token?.kind === 'word' && named(token.text) !== null) {
      return named(token.text);
    }
    if (token?.kind === 'word' && token.text.toLowerCase() === 'and') {
      return null;
    }
  }
  return null;
}

function endOf(text: string, cursor: number, typed: IToken | null): number {
  const whole = typed && tokens(text).find(({ from, to }) => from === typed.from && to >= cursor);
  return whole?.to ?? cursor;
}
