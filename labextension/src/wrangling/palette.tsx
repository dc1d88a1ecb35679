import { addIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button } from '../ui';
import type { IPartProps } from './actions';
import type { StepKind } from './draft';

/** The button that opens the list of steps, and that list: searched by typing, chosen with Enter. */
export function AddStep({ model, trans }: IPartProps): React.JSX.Element {
  const [shown, setShown] = React.useState(false);
  const frame = React.useRef<HTMLDivElement>(null);
  const close = (): void => {
    setShown(false);
    frame.current?.querySelector('button')?.focus();
  };
  const add = (kind: StepKind): void => {
    setShown(false);
    model.add(kind);
  };
  const leave = (event: React.FocusEvent): void => {
    if (!event.currentTarget.contains(event.relatedTarget)) {
      setShown(false);
    }
  };
  return (
    <div className="jp-mlstudio-Wrangling-add" ref={frame} onBlur={leave}>
      <Button
        primary={model.steps.length === 0}
        aria-haspopup="listbox"
        aria-expanded={shown}
        disabled={!model.isReady}
        onClick={() => setShown(!shown)}
      >
        <addIcon.react tag="span" width="14px" />
        {trans.__('Add step')}
      </Button>
      {shown ? <Choices trans={trans} kinds={model.kinds} onChoose={add} onClose={close} /> : null}
    </div>
  );
}

interface IChoicesProps extends Pick<IPartProps, 'trans'> {
  kinds: readonly StepKind[];
  onChoose: (kind: StepKind) => void;
  onClose: () => void;
}

/** A list of steps that is searched by typing; arrow keys and Enter choose. */
export function Choices({ kinds, trans, onChoose, onClose }: IChoicesProps): React.JSX.Element {
  const [search, setSearch] = React.useState('');
  const [at, setAt] = React.useState(0);
  const found = matching(kinds, search);
  const press = (event: React.KeyboardEvent): void => {
    const chosen = found[at];
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      setAt((at + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % Math.max(found.length, 1));
    } else if (event.key === 'Enter' && chosen) {
      onChoose(chosen);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      onClose();
    }
  };
  return (
    <div className="jp-mlstudio-Wrangling-choices">
      <input
        type="search"
        autoFocus
        placeholder={trans.__('Search steps')}
        aria-label={trans.__('Search steps')}
        value={search}
        onKeyDown={press}
        onChange={event => {
          setSearch(event.target.value);
          setAt(0);
        }}
      />
      <div role="listbox" aria-label={trans.__('Steps')}>
        {found.map((kind, index) => (
          <React.Fragment key={kind.op}>
            {kind.group !== found[index - 1]?.group ? <h4>{kind.group}</h4> : null}
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
