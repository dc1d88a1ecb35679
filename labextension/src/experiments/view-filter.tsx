import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { completed, type ICompletion } from './filter-words';
import type { RunsModel } from './model';

export interface IFilterFieldProps {
  model: RunsModel;
  trans: TranslationBundle;
}

const NOTHING: ICompletion = { from: 0, to: 0, items: [] };
/** How long somebody may think in the middle of a condition before it is called wrong, in milliseconds. */
const PATIENCE = 900;

/** The field for MLflow's filter syntax: proposes names and values while one types, and says what is wrong. */
export function FilterField({ model, trans }: IFilterFieldProps): React.JSX.Element {
  const id = React.useId();
  const field = React.useRef<HTMLInputElement>(null);
  const [offer, setOffer] = React.useState(NOTHING);
  const [chosen, setChosen] = React.useState(-1);
  const error = usePatiently(model.filterError?.message ?? null);
  const items = offer.items;
  const propose = (): void => {
    const input = field.current;
    if (input && document.activeElement === input) {
      setChosen(-1);
      setOffer(completed(input.value, input.selectionStart ?? 0, model.table));
    }
  };
  const take = (place: number): void => {
    const { from, to } = offer;
    const text = items[place]?.text ?? '';
    const { filter } = model.look;
    const end = from + text.length + 1;
    model.change({ filter: `${filter.slice(0, from)}${text} ${filter.slice(to).trimStart()}` });
    requestAnimationFrame(() => {
      field.current?.setSelectionRange(end, end);
      propose();
    });
  };
  const onKey = (event: React.KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && items.length > 0) {
      setChosen((chosen + step + items.length + 1) % (items.length + 1));
    } else if (
      (event.key === 'Enter' || event.key === 'Tab') &&
      chosen >= 0 &&
      chosen < items.length
    ) {
      take(chosen);
    } else if (event.key === 'Enter') {
      setOffer(NOTHING);
    } else if (event.key === 'Escape') {
      setOffer(NOTHING);
      if (items.length === 0) {
        model.change({ filter: '' });
      }
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="jp-mlstudio-RunsFilter" data-wrong={error !== null}>
      <input
        ref={field}
        type="search"
        className="jp-mlstudio-Search"
        role="combobox"
        spellCheck={false}
        autoComplete="off"
        placeholder={trans.__('Filter, such as: metrics.loss < 0.3')}
        aria-label={trans.__('Filter runs')}
        aria-expanded={items.length > 0}
        aria-controls={`${id}-list`}
        aria-activedescendant={chosen >= 0 ? `${id}-${chosen}` : undefined}
        aria-invalid={error !== null}
        aria-describedby={error ? `${id}-error` : undefined}
        value={model.look.filter}
        onChange={event => {
          model.change({ filter: event.target.value });
          propose();
        }}
        onFocus={propose}
        onClick={propose}
        onBlur={() => setOffer(NOTHING)}
        onKeyDown={onKey}
      />
      {items.length > 0 ? (
        <ul id={`${id}-list`} role="listbox" aria-label={trans.__('Proposals')}>
          {items.map(({ text, kind }, place) => (
            <li
              key={text}
              id={`${id}-${place}`}
              role="option"
              aria-selected={place === chosen}
              onMouseDown={event => {
                event.preventDefault();
                take(place);
              }}
            >
              <span>{text}</span>
              <small>{kind}</small>
            </li>
          ))}
        </ul>
      ) : null}
      {error !== null && items.length === 0 ? (
        <Mistake id={`${id}-error`} message={error} model={model} />
      ) : null}
    </div>
  );
}

/** What is wrong with the filter, with the wrong part marked. */
function Mistake({
  id,
  message,
  model
}: {
  id: string;
  message: string;
  model: RunsModel;
}): React.JSX.Element {
  const { from = 0, to = 0 } = model.filterError ?? {};
  const { filter } = model.look;
  return (
    <div className="jp-mlstudio-RunsFilter-error" id={id} role="alert">
      <code>
        {filter.slice(0, from)}
        <mark>{filter.slice(from, Math.max(to, from + 1)) || ' '}</mark>
        {filter.slice(Math.max(to, from + 1))}
      </code>
      <span>{message}</span>
    </div>
  );
}

/** Tell a mistake only when nobody has typed for a moment; that it is gone, at once. */
function usePatiently(message: string | null): string | null {
  const [told, setTold] = React.useState<string | null>(null);
  React.useEffect(() => {
    const timer = setTimeout(() => setTold(message), message === null ? 0 : PATIENCE);
    return () => clearTimeout(timer);
  }, [message]);
  return message === null ? null : told;
}
