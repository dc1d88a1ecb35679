import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, exactTime, number, StateMark } from '../ui';
import { reportLabel } from './words';

export interface IHistoryProps {
  reports: readonly Schemas['ReportSummary'][];
  /** The id of the check that is shown. */
  shown: string | null;
  onChoose: (reportId: string) => void;
  trans: TranslationBundle;
}

/** The checks so far, each to be looked at again. */
export function History(props: IHistoryProps): React.JSX.Element {
  const { reports, shown, onChoose, trans } = props;
  if (reports.length === 0) {
    return <p className="jp-mlstudio-Quiet">{trans.__('Nothing was checked yet.')}</p>;
  }
  const most = Math.max(...reports.map(({ largest_psi }) => largest_psi ?? 0), 0.2);
  return (
    <section className="jp-mlstudio-Scroll" aria-label={trans.__('Checks')}>
      <table className="jp-mlstudio-Figures">
        <thead>
          <tr>
            <th scope="col">{trans.__('Check')}</th>
            <th scope="col">{trans.__('Result')}</th>
            <th scope="col">{trans.__('Rows')}</th>
            <th scope="col">{trans.__('Drifted columns')}</th>
            <th scope="col">{trans.__('Largest PSI')}</th>
            <th scope="col">{trans.__('PSI of the answers')}</th>
            <th scope="col">{trans.__('Quality')}</th>
          </tr>
        </thead>
        <tbody>
          {reports.map(report => (
            <tr key={report.id} aria-current={report.id === shown ? 'true' : undefined}>
              <td title={exactTime(report.at)}>
                <button className="jp-mlstudio-Link" onClick={() => onChoose(report.id)}>
                  {ago(report.at)}
                </button>
              </td>
              <td title={report.message}>
                <StateMark state={report.state} label={reportLabel(report.state, trans)} />
              </td>
              <td>{number(report.rows)}</td>
              <td>{number(report.drifted_columns)}</td>
              <td>
                <Meter value={report.largest_psi} most={most} />
              </td>
              <td>{number(report.prediction_psi)}</td>
              <td>{qualityWords(report.quality)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Meter({ value, most }: { value: number | null; most: number }): React.JSX.Element {
  return (
    <span className="jp-mlstudio-Meter">
      <i style={{ width: `${((value ?? 0) / most) * 100}%` }} aria-hidden />
      {number(value)}
    </span>
  );
}

function qualityWords(quality: Record<string, number>): string {
  const [first] = Object.entries(quality);
  return first ? `${first[0]} ${number(first[1])}` : '–';
}
