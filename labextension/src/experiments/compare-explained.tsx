import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { List, ListOpener, Loading, percent } from '../ui';
import type { ComparedPair, Explanation, RunComparison } from './compare-model';
import { valueText } from './compare-value';
import type { ICompareProps } from './compare-view';

const SHOWN = 6;
const LEAST = 0.005;

/** What likely explains that the metric moved: the likeliest first. */
export function Explained(props: ICompareProps): React.JSX.Element {
  const { model, trans } = props;
  const [all, setAll] = React.useState(false);
  const { pair } = model;
  const listed = pair?.explanations ?? [];
  const likely = listed.filter(({ weight }) => weight >= LEAST).slice(0, SHOWN);
  const shown = all ? listed : likely;
  return (
    <section className="jp-mlstudio-Compare-why" aria-label={trans.__('What explains the change')}>
      <WhyHead {...props} pair={pair} />
      {pair === null ? <Loading label={trans.__('Looking for causes')} rows={3} /> : null}
      {pair && listed.length === 0 ? (
        <p className="jp-mlstudio-Hint">{trans.__('Nothing that both runs kept has changed.')}</p>
      ) : null}
      <List label={trans.__('What changed, the likeliest cause first')}>
        {shown.map((each, index) => (
          <Why key={`${each.kind} ${each.name} ${index}`} explanation={each} trans={trans} />
        ))}
      </List>
      {listed.length > likely.length ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => setAll(!all)}>
          {all ? trans.__('Show less') : trans.__('Show all %1', listed.length)}
        </button>
      ) : null}
    </section>
  );
}

function WhyHead(props: ICompareProps & { pair: ComparedPair | null }): React.JSX.Element {
  const { model, comparison, pair, trans } = props;
  const others = comparison.runs.filter(({ id }) => id !== model.reference);
  const metrics = comparison.metrics.map(({ name }) => name);
  return (
    <header>
      <h3>{trans.__('What explains the change')}</h3>
      {metrics.length > 0 ? (
        <select
          aria-label={trans.__('Metric to explain')}
          value={model.metric ?? ''}
          onChange={event => {
            model.metric = event.target.value || null;
          }}
        >
          <option value="">{trans.__('the metric that moved most')}</option>
          {metrics.slice(0, 500).map(name => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      ) : null}
      {others.length > 1 ? (
        <select
          aria-label={trans.__('Run to explain')}
          value={model.other}
          onChange={event => model.explain(event.target.value)}
        >
          {others.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </select>
      ) : null}
      {pair ? <Moved pair={pair} comparison={comparison} trans={trans} /> : null}
    </header>
  );
}

function Moved(props: {
  pair: ComparedPair;
  comparison: RunComparison;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { pair, comparison, trans } = props;
  const name = (id: string): string => comparison.runs.find(run => run.id === id)?.name ?? id;
  const both = `${name(comparison.reference)} → ${name(pair.other)}`;
  if (pair.metric === null) {
    return (
      <p>
        {both}: {trans.__('they have no metric in common')}
      </p>
    );
  }
  return (
    <p>
      {both}: {pair.metric} <b>{valueText(pair.one_value)}</b> →{' '}
      <b>{valueText(pair.other_value)}</b>
    </p>
  );
}

function Why(props: { explanation: Explanation; trans: TranslationBundle }): React.JSX.Element {
  const { explanation, trans } = props;
  const { kind, sentence, reason, weight, section } = explanation;
  const kinds: Record<Explanation['kind'], string> = {
    param: trans.__('param'),
    cell: trans.__('cell'),
    data: trans.__('data'),
    recipe: trans.__('recipe'),
    package: trans.__('package'),
    code: trans.__('code')
  };
  return (
    <li>
      <ListOpener
        title={trans.__('Show it below')}
        onOpen={() => {
          const place = document.activeElement?.closest('.jp-mlstudio-Compare');
          const found = place?.querySelector<HTMLElement>(`[data-section='${section}']`);
          found?.scrollIntoView({ block: 'start', behavior: 'smooth' });
        }}
      >
        <span className="jp-mlstudio-Compare-weight" title={trans.__('How likely it is the cause')}>
          <span style={{ width: percent(weight) }} aria-hidden />
          <em>{percent(weight)}</em>
        </span>
        <span className="jp-mlstudio-Badge">{kinds[kind]}</span>
        <span>
          <Sentence text={sentence} /> <small>{reason}</small>
        </span>
      </ListOpener>
    </li>
  );
}

/** A sentence with what stands in backticks as code. */
function Sentence({ text }: { text: string }): React.JSX.Element {
  return (
    <>
      {text
        .split('`')
        .map((part, place) =>
          place % 2 === 1 ? <code key={place}>{part}</code> : <span key={place}>{part}</span>
        )}
    </>
  );
}
