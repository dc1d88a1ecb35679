import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, number, percent } from '../ui';
import { Histogram } from './histogram';
import type { Column } from './monitor';
import { testLabel } from './words';

const MOST_NEW = 12;

export interface IDetailProps {
  column: Column;
  /** Whether it is what the model answers. */
  isAnswer: boolean;
  /** Opens the rows that show what was found; null where nothing opens tables. */
  onRows: (() => void) | null;
  trans: TranslationBundle;
}

/** Everything that was found about a column. */
export function Detail({ column, isAnswer, onRows, trans }: IDetailProps): React.JSX.Element {
  const title = isAnswer ? trans.__('What the model answers') : column.name;
  return (
    <section className="jp-mlstudio-DriftDetail" aria-label={title}>
      <header>
        <h3 title={title}>{title}</h3>
        {onRows ? <Button onClick={onRows}>{trans.__('Open the rows')}</Button> : null}
      </header>
      <p>{column.message}</p>
      {column.histogram ? (
        <Histogram histogram={column.histogram} name={title} trans={trans} />
      ) : null}
      <Values column={column} trans={trans} />
      <Tests tests={column.tests} trans={trans} />
    </section>
  );
}

function Values({ column, trans }: Pick<IDetailProps, 'column' | 'trans'>): React.JSX.Element {
  const { new_values: fresh, missing_live, missing_training, importance } = column;
  return (
    <dl className="jp-mlstudio-Facts">
      <dt>{trans.__('Missing')}</dt>
      <dd>
        {trans.__('%1 live, %2 in training', percent(missing_live), percent(missing_training))}
      </dd>
      {importance === null ? null : (
        <>
          <dt>{trans.__('Weight in the answers')}</dt>
          <dd>{percent(importance)}</dd>
        </>
      )}
      {fresh.length === 0 ? null : (
        <>
          <dt>{trans.__('Never seen in training')}</dt>
          <dd className="jp-mlstudio-NewValues">
            {fresh.slice(0, MOST_NEW).map(value => (
              <code key={value}>{value}</code>
            ))}
            {fresh.length > MOST_NEW ? trans.__('and %1 more', fresh.length - MOST_NEW) : null}
          </dd>
        </>
      )}
    </dl>
  );
}

function Tests(props: {
  tests: readonly Schemas['DriftTest'][];
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { tests, trans } = props;
  return tests.length === 0 ? null : (
    <ul className="jp-mlstudio-Tests">
      {tests.map(test => (
        <li key={test.name} data-drifted={test.drifted}>
          <strong>{testLabel(test.name, trans)}</strong>
          <span className="jp-mod-numeric">{number(test.statistic)}</span>
          <small>{limitWords(test, trans)}</small>
          <p>{test.words}</p>
        </li>
      ))}
    </ul>
  );
}

function limitWords(test: Schemas['DriftTest'], trans: TranslationBundle): string {
  const { threshold, p_value } = test;
  return [
    ...(threshold === null ? [] : [trans.__('counts from %1', number(threshold))]),
    ...(p_value === null
      ? []
      : [p_value < 0.0001 ? trans.__('p < 0.0001') : trans.__('p = %1', number(p_value))])
  ].join(' · ');
}
