import * as React from 'react';

import type { IPartProps } from './actions';
import type { StepKind } from './draft';

export interface IChoicesProps extends Pick<IPartProps, 'trans'> {
  kinds: readonly StepKind[];
  /** The steps that were used last, by op; they come first while nothing is searched. */
  recent?: readonly string[];
  onChoose: (kind: StepKind) => void;
  onClose: () => void;
}

interface IOffered {
  kind: StepKind;
  /** The heading that it stands under. */
  under: string;
}

const PAGE = 8;

/** A list of steps that is searched by typing; arrow keys and Enter choose. */
export function Choices(props: IChoicesProps): React.JSX.Element {
  const { trans, onChoose, onClose } = props;
  const [search, setSearch] = React.useState('');
  const [at, setAt] = React.useState(0);
  const frame = React.useRef<HTMLDivElement>(null);
  useRoom(frame);
  const found = offeredOf(props, search);
  const press = (event: React.KeyboardEvent): void => {
    const chosen = found[at]?.kind;
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: PAGE, PageUp: -PAGE }[event.key];
    if (step !== undefined) {
      setAt(turned(at, step, found.length));
    } else if (event.key === 'Enter' && chosen) {
      onChoose(chosen);
    } else if (event.key === 'Escape') {
      onClose();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="jp-mlstudio-Wrangling-choices" ref={frame}>
      <input
        type="search"
        autoFocus
        role="combobox"
        aria-expanded
        placeholder={trans.__('Search %1 steps', props.kinds.length)}
        aria-label={trans.__('Search steps')}
        value={search}
        onKeyDown={press}
        onChange={event => {
          setSearch(event.target.value);
          setAt(0);
        }}
      />
      <div role="listbox" aria-label={trans.__('Steps')}>
        {found.map(({ kind, under }, index) => (
          <React.Fragment key={`${under}-${kind.op}`}>
            {under !== found[index - 1]?.under ? <h4>{under}</h4> : null}
            <Choice
              kind={kind}
              current={index === at}
              trans={trans}
              onChoose={() => onChoose(kind)}
            />
          </React.Fragment>
        ))}
        {found.length === 0 ? <p>{trans.__('No step is called that.')}</p> : null}
      </div>
    </div>
  );
}

function turned(at: number, step: number, count: number): number {
  const whole = Math.max(count, 1);
  return Math.abs(step) === 1
    ? (at + step + whole) % whole
    : Math.min(Math.max(at + step, 0), whole - 1);
}

function offeredOf({ kinds, recent, trans }: IChoicesProps, search: string): IOffered[] {
  const found = matching(kinds, search).map(kind => ({ kind, under: kind.group as string }));
  const used = (search.trim() ? [] : (recent ?? []))
    .map(op => kinds.find(kind => kind.op === op))
    .filter((kind): kind is StepKind => kind !== undefined)
    .map(kind => ({ kind, under: trans.__('Recently used') }));
  return [...used, ...found];
}

/** Keep the list inside the window: it opens where its button is, which may be low. */
function useRoom(frame: React.RefObject<HTMLDivElement>): void {
  React.useLayoutEffect(() => {
    const node = frame.current;
    const button = node?.parentElement?.getBoundingClientRect();
    if (!node || !button) {
      return;
    }
    const below = window.innerHeight - button.bottom;
    const above = button.top;
    const up = below < 260 && above > below;
    node.dataset['up'] = String(up);
    node.style.maxHeight = `${Math.max(Math.min(460, (up ? above : below) - 16), 140)}px`;
    const { right } = node.getBoundingClientRect();
    if (right > window.innerWidth - 8) {
      node.style.left = `${window.innerWidth - 8 - right}px`;
    }
  }, [frame]);
}

interface IChoiceProps extends Pick<IPartProps, 'trans'> {
  kind: StepKind;
  current: boolean;
  onChoose: () => void;
}

function Choice({ kind, current, trans, onChoose }: IChoiceProps): React.JSX.Element {
  const node = React.useRef<HTMLButtonElement>(null);
  React.useEffect(() => {
    if (current) {
      node.current?.scrollIntoView?.({ block: 'nearest' });
    }
  }, [current]);
  return (
    <button
      ref={node}
      type="button"
      role="option"
      tabIndex={-1}
      aria-selected={current}
      onClick={onChoose}
    >
      <span>{kind.title}</span>
      <em title={meaningOf(kind, trans)}>{wordOf(kind, trans)}</em>
      <small>{kind.summary}</small>
    </button>
  );
}

/** Find the steps whose name, group or summary has all the words; those that begin with them come first. */
export function matching(kinds: readonly StepKind[], search: string): readonly StepKind[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (kind: StepKind): boolean => {
    const text = `${kind.title} ${kind.group} ${kind.summary} ${kind.op}`.toLowerCase();
    return words.every(word => text.includes(word));
  };
  const rank = new Map<string, number>();
  kinds.forEach(({ group }) => rank.set(group, rank.get(group) ?? rank.size));
  const first = (kind: StepKind): number =>
    words.every(word => kind.title.toLowerCase().includes(word)) ? 0 : 1;
  const order = (kind: StepKind): number =>
    (rank.get(kind.group) ?? 0) + (words.length > 0 ? first(kind) * 100 : 0);
  return kinds.filter(fits).sort((one, other) => order(one) - order(other));
}

/** Say in a word what kind of step it is. */
export function wordOf({ kind }: Pick<StepKind, 'kind'>, trans: IPartProps['trans']): string {
  return { row: '', fit: trans.__('learns'), rows: trans.__('rows'), shape: trans.__('new table') }[
    kind
  ];
}

function meaningOf({ kind }: StepKind, trans: IPartProps['trans']): string {
  return {
    row: trans.__('Needs nothing but the row.'),
    fit: trans.__('Learns values from the training rows and keeps them in the recipe.'),
    rows: trans.__('Drops or orders rows: while training only.'),
    shape: trans.__('Makes another table.')
  }[kind];
}
