import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, exactTime, number, percent } from '../ui';
import type { Report } from './monitor';

export interface IQualityProps {
  report: Report;
  /** Lets the user give what was right. */
  onTruth: () => void;
  trans: TranslationBundle;
}

/** How good the answers were, which rules live rows break, and what the answers depend on. */
export function Quality({ report, onTruth, trans }: IQualityProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-QualityParts">
      <section aria-label={trans.__('How good the answers were')}>
        <header>
          <h3>{trans.__('How good the answers were')}</h3>
          <Button onClick={onTruth}>{trans.__('Add what was right…')}</Button>
        </header>
        {report.quality ? (
          <Metrics quality={report.quality} trans={trans} />
        ) : (
          <p className="jp-mlstudio-Quiet">
            {trans.__(
              'Give what was right by the ids of the requests, and accuracy or error are shown here.'
            )}
          </p>
        )}
      </section>
      <Rules report={report} trans={trans} />
      <Attribution report={report} trans={trans} />
    </div>
  );
}

function Metrics(props: {
  quality: Schemas['ModelQuality'];
  trans: TranslationBundle;
}): React.JSX.Element {
  const { quality, trans } = props;
  const names = Object.keys(quality.metrics);
  return (
    <>
      <p>{quality.message}</p>
      <table className="jp-mlstudio-Figures">
        <thead>
          <tr>
            <th scope="col">{trans.__('Window')}</th>
            <th scope="col">{trans.__('Rows')}</th>
            {names.map(name => (
              <th key={name} scope="col" data-drifted={quality.below.includes(name)}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>{trans.__('All')}</td>
            <td>{number(quality.rows)}</td>
            {names.map(name => (
              <td key={name} data-drifted={quality.below.includes(name)}>
                {number(quality.metrics[name])}
              </td>
            ))}
          </tr>
          {quality.windows.map(window => (
            <tr key={window.begins}>
              <td>{exactTime(window.begins)}</td>
              <td>{number(window.rows)}</td>
              {names.map(name => (
                <td key={name}>{number(window.metrics[name])}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

interface IReportProps {
  report: Report;
  trans: TranslationBundle;
}

function Rules({ report, trans }: IReportProps): React.JSX.Element {
  const { rules, rules_message } = report;
  return (
    <section aria-label={trans.__('Rules of the recipe')}>
      <header>
        <h3>{trans.__('Rules of the recipe')}</h3>
      </header>
      {rules.length === 0 ? (
        <p className="jp-mlstudio-Quiet">{rules_message || trans.__('There is no rule.')}</p>
      ) : (
        <ul className="jp-mlstudio-Tests">
          {rules.map(rule => (
            <li key={rule.sentence} data-drifted={rule.state !== 'kept'}>
              <strong>{rule.sentence}</strong>
              <span className="jp-mod-numeric">
                {rule.share === null ? '' : percent(rule.share)}
              </span>
              <small>{rule.state === 'kept' ? trans.__('kept') : trans.__('broken')}</small>
              <p>{rule.message}</p>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Attribution({ report, trans }: IReportProps): React.JSX.Element {
  const { attribution, attribution_message } = report;
  return (
    <section aria-label={trans.__('What the answers depend on')}>
      <header>
        <h3>{trans.__('What the answers depend on')}</h3>
      </header>
      <p className={attribution ? undefined : 'jp-mlstudio-Quiet'} title={attribution?.method}>
        {attribution?.message ?? attribution_message}
      </p>
      {attribution ? (
        <ul className="jp-mlstudio-Weights">
          {attribution.items.map(item => (
            <li key={item.column}>
              <span title={item.column}>{item.column}</span>
              <span className="jp-mlstudio-Weights-bars">
                <i data-tone="training" style={{ width: percent(item.training) }} />
                <i data-tone="live" style={{ width: percent(item.live) }} />
              </span>
              <span className="jp-mod-numeric">
                {trans.__('%1, was %2', percent(item.live), percent(item.training))}
              </span>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  );
}
