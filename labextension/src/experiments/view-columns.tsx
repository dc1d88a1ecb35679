import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from '../ui';
import { columnTitle, OWN_COLUMNS } from './column-choice';
import type { RunsModel } from './model';
import { useOpen } from './view-open';
import type { SavedViews } from './views';

const LINE = 24;
const HEIGHT = 288;
const MORE = 6;

interface IChoice {
  readonly key: string;
  readonly title: string;
  readonly kind: string;
  readonly count: number;
}

export interface IChooserProps {
  model: RunsModel;
  views: SavedViews;
  trans: TranslationBundle;
}

/** Chooses the columns of the table, out of thousands too. */
export function ColumnChooser(props: IChooserProps): React.JSX.Element {
  const { trans } = props;
  const { isOpen, toggle, frame } = useOpen();
  return (
    <div className="jp-mlstudio-Picker" {...frame}>
      <Button aria-expanded={isOpen} aria-haspopup="dialog" onClick={toggle}>
        {trans.__('Columns')}
      </Button>
      {isOpen ? <Chooser {...props} /> : null}
    </div>
  );
}

function Chooser({ model, views, trans }: IChooserProps): React.JSX.Element {
  const [search, setSearch] = React.useState('');
  const choices = React.useMemo(() => choicesOf(model, trans), [model.table, trans]);
  const wanted = search.toLowerCase();
  const found = choices.filter(
    ({ title, kind }) => title.toLowerCase().includes(wanted) || kind.includes(wanted)
  );
  return (
    <div className="jp-mlstudio-Picker-menu" role="dialog" aria-label={trans.__('Columns')}>
      <input
        type="search"
        autoFocus
        placeholder={trans.__('Search %1 columns', choices.length.toLocaleString())}
        aria-label={trans.__('Search columns')}
        value={search}
        onChange={event => setSearch(event.target.value)}
      />
      <Sets model={model} views={views} trans={trans} />
      <Choices model={model} choices={found} trans={trans} />
      <div className="jp-mlstudio-Picker-foot">
        <Button onClick={() => show(model, found, true)}>
          {trans.__('Show %1', found.length.toLocaleString())}
        </Button>
        <Button onClick={() => show(model, found, false)}>{trans.__('Hide')}</Button>
        <Button
          disabled={model.look.columns === null && !model.look.differing}
          onClick={() => model.change({ columns: null, differing: false })}
        >
          {trans.__('Reset')}
        </Button>
      </div>
    </div>
  );
}

/** Columns that are chosen together: what tells most, all of a kind, and what was saved. */
function Sets({ model, views, trans }: IChooserProps): React.JSX.Element {
  const own = ['state', 'started'];
  const ofKind = (kind: string): readonly string[] => [
    ...own,
    ...model.columns.filter(one => one.kind === kind).map(({ key }) => key)
  ];
  const sets: readonly [string, readonly string[] | null][] = [
    [trans.__('Suggested'), null],
    [trans.__('Metrics'), ofKind('metric')],
    [trans.__('Params'), ofKind('param')],
    [trans.__('Tags'), ofKind('tag')]
  ];
  return (
    <div className="jp-mlstudio-Picker-sets" role="group" aria-label={trans.__('Column sets')}>
      {sets.map(([title, columns]) => (
        <button
          key={title}
          type="button"
          onClick={() => model.change({ columns, differing: false })}
        >
          {title}
        </button>
      ))}
      {views.ofKind('columns').map(({ id, spec }) => (
        <span key={id} className="jp-mlstudio-Picker-saved">
          <button type="button" onClick={() => views.open(id)}>
            {spec.name}
          </button>
          <button
            type="button"
            aria-label={trans.__('Forget the set %1', spec.name)}
            onClick={() => void views.remove(id)}
          >
            ×
          </button>
        </span>
      ))}
      <button type="button" onClick={() => void views.saveAs('columns')}>
        {trans.__('Save set…')}
      </button>
    </div>
  );
}

interface IChoicesProps {
  model: RunsModel;
  choices: readonly IChoice[];
  trans: TranslationBundle;
}

/** The columns that fit the search; only those in sight are in the page. */
function Choices({ model, choices, trans }: IChoicesProps): React.JSX.Element {
  const [top, setTop] = React.useState(0);
  const visible = new Set(model.visible);
  const first = Math.max(0, Math.floor(top / LINE) - MORE);
  const shown = choices.slice(first, first + Math.ceil(HEIGHT / LINE) + 2 * MORE);
  if (choices.length === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('No column fits.')}</p>;
  }
  return (
    <div
      className="jp-mlstudio-Picker-list"
      role="group"
      aria-label={trans.__('Columns that can be shown')}
      style={{ maxHeight: HEIGHT }}
      onScroll={event => setTop(event.currentTarget.scrollTop)}
    >
      <div style={{ height: choices.length * LINE }}>
        {shown.map((choice, place) => (
          <label key={choice.key} title={choice.title} style={{ top: (first + place) * LINE }}>
            <input
              type="checkbox"
              checked={visible.has(choice.key)}
              onChange={event => show(model, [choice], event.target.checked)}
            />
            <span>{choice.title}</span>
            <small>{choice.kind}</small>
            <small>{choice.count > 0 ? choice.count.toLocaleString() : ''}</small>
          </label>
        ))}
      </div>
    </div>
  );
}

function choicesOf(model: RunsModel, trans: TranslationBundle): readonly IChoice[] {
  const own = OWN_COLUMNS.map(key => ({ key, title: columnTitle(key, trans), kind: '', count: 0 }));
  const logged = model.columns.map(({ key, kind, name, count }) => ({
    key,
    kind,
    title: name,
    count
  }));
  return [...own, ...logged];
}

function show(model: RunsModel, choices: readonly IChoice[], isShown: boolean): void {
  const { pins } = model.look;
  const keys = new Set(choices.map(({ key }) => key));
  const others = model.visible.filter(key => !pins.includes(key) && (isShown || !keys.has(key)));
  const known = new Set([...others, ...pins]);
  const added = isShown ? [...keys].filter(key => !known.has(key)) : [];
  model.change({
    columns: [...others, ...added],
    pins: isShown ? pins : pins.filter(key => !keys.has(key)),
    differing: false
  });
}
