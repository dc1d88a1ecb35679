import * as React from 'react';

import type { TranslationBundle } from '@jupyterlab/translation';

import { Button, Failure, Loading, number } from '../ui';
import type { IPartProps } from './actions';
import type { Clusters, Method } from './cluster-model';
import { SheetFrame, type ISheetProps } from './sheets';

/** Find spellings of the same thing and choose what to merge. */
export function ClusterSheet({ model, trans }: ISheetProps): React.JSX.Element {
  const { clustering } = model.tools;
  const { column } = model.desk;
  const texts = model.table.columns.filter(({ role }) => role === 'text');
  React.useEffect(() => {
    const known = texts.some(({ name }) => name === column);
    void clustering.search({ column: known ? column : (texts[0]?.name ?? null) });
  }, [clustering, column]);
  const { answer, problem, running } = clustering.found;
  const { count } = clustering;
  return (
    <SheetFrame
      model={model}
      trans={trans}
      title={trans.__('Cluster similar values')}
      hint={answer ? foundText(answer, trans) : ''}
      head={
        <Button primary disabled={count === 0} onClick={() => void clustering.apply()}>
          {count > 0 ? trans._n('Merge %1 value', 'Merge %1 values', count) : trans.__('Merge')}
        </Button>
      }
    >
      <Choice model={model} trans={trans} columns={texts.map(({ name }) => name)} />
      {problem ? <Failure message={problem} /> : null}
      {!answer && running ? <Loading label={trans.__('Comparing values')} rows={5} /> : null}
      {texts.length === 0 ? <p>{trans.__('There is no text column here.')}</p> : null}
      {answer && !problem ? <Found model={model} trans={trans} answer={answer} /> : null}
    </SheetFrame>
  );
}

function foundText(answer: Clusters, trans: TranslationBundle): string {
  const { found, distinct } = answer;
  const sure = answer.exactness === 'exact' ? '' : trans.__(' (from a sample)');
  return trans.__('%1 clusters among %2 different values', number(found), number(distinct)) + sure;
}

function Choice(props: IPartProps & { columns: readonly string[] }): React.JSX.Element {
  const { model, trans, columns } = props;
  const { clustering } = model.tools;
  const near = clustering.method === 'levenshtein' || clustering.method === 'jaro_winkler';
  return (
    <div className="jp-mlstudio-Wrangling-inputs">
      <select
        aria-label={trans.__('Column')}
        value={clustering.column ?? ''}
        onChange={event => void clustering.search({ column: event.target.value })}
      >
        {columns.map(name => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <select
        aria-label={trans.__('Method')}
        value={clustering.method}
        onChange={event => void clustering.search({ method: event.target.value as Method })}
      >
        {methods(trans).map(([method, label]) => (
          <option key={method} value={method}>
            {label}
          </option>
        ))}
      </select>
      {near ? (
        <label>
          {trans.__('How similar')}
          <input
            type="range"
            min={0.5}
            max={0.98}
            step={0.02}
            value={clustering.strictness}
            onChange={event => void clustering.search({ strictness: Number(event.target.value) })}
          />
          {clustering.strictness.toFixed(2)}
        </label>
      ) : null}
      <span />
      {clustering.found.answer?.items.length ? (
        <>
          <Button onClick={() => clustering.all(true)}>{trans.__('All')}</Button>
          <Button onClick={() => clustering.all(false)}>{trans.__('None')}</Button>
        </>
      ) : null}
    </div>
  );
}

function methods(trans: TranslationBundle): readonly [Method, string][] {
  return [
    ['fingerprint', trans.__('Same words (fingerprint)')],
    ['ngram', trans.__('Same letters (n-gram)')],
    ['phonetic', trans.__('Same sound')],
    ['levenshtein', trans.__('Few typing errors (Levenshtein)')],
    ['jaro_winkler', trans.__('Same beginning (Jaro-Winkler)')]
  ];
}

function Found(props: IPartProps & { answer: Clusters }): React.JSX.Element {
  const { model, trans, answer } = props;
  if (answer.items.length === 0) {
    return <p>{trans.__('No values look alike this way. Try another method.')}</p>;
  }
  return (
    <ul
      className="jp-mlstudio-Wrangling-clusters"
      aria-label={trans.__('Clusters')}
      data-trying={model.tools.clustering.found.running}
    >
      {answer.items.map((_, index) => (
        <ClusterItem key={index} {...props} index={index} />
      ))}
    </ul>
  );
}

function ClusterItem(
  props: IPartProps & { answer: Clusters; index: number }
): React.JSX.Element | null {
  const { model, trans, answer, index } = props;
  const { clustering } = model.tools;
  const item = answer.items[index];
  if (!item) {
    return null;
  }
  const { on, into, without } = clustering.merge(index);
  const toggle = (value: string): void => {
    const left = new Set(without);
    if (!left.delete(value)) {
      left.add(value);
    }
    clustering.set(index, { without: left, on: true });
  };
  return (
    <li data-on={on}>
      <input
        type="checkbox"
        checked={on}
        aria-label={trans.__('Merge into %1', into)}
        onChange={() => clustering.set(index, { on: !on })}
      />
      <div>
        {item.values.map(({ value, count }) => (
          <button
            key={value}
            type="button"
            aria-pressed={!without.has(value)}
            title={without.has(value) ? trans.__('Stays as it is') : trans.__('Is merged')}
            onClick={() => toggle(value)}
          >
            {value === '' ? trans.__('(empty text)') : value}
            <em>{number(count)}</em>
          </button>
        ))}
      </div>
      <span aria-hidden>→</span>
      <input
        type="text"
        aria-label={trans.__('New value of cluster %1', index + 1)}
        value={into}
        onChange={event => clustering.set(index, { into: event.target.value, on: true })}
      />
    </li>
  );
}
