import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, Button, exactTime } from '../ui';

export interface IAlertsProps {
  alerts: readonly Schemas['Alert'][];
  onSee: (alertId: string) => void;
  onChoose: (column: string) => void;
  trans: TranslationBundle;
}

/** What was found wrong and still is. */
export function Alerts({ alerts, onSee, onChoose, trans }: IAlertsProps): React.JSX.Element | null {
  const several = new Set(alerts.map(({ number: of }) => of)).size > 1;
  return alerts.length === 0 ? null : (
    <ul className="jp-mlstudio-Alerts" aria-label={trans.__('Alerts')}>
      {alerts.map(alert => (
        <li key={alert.id} data-seen={alert.seen}>
          <span>
            {partsOf(alert.sentence, alert.columns).map((part, index) =>
              part.isColumn ? (
                <button
                  key={index}
                  className="jp-mlstudio-Link"
                  onClick={() => onChoose(part.text)}
                >
                  {part.text}
                </button>
              ) : (
                part.text
              )
            )}
            {several ? <small>{trans.__('Of deployment %1.', alert.number)}</small> : null}
            {alert.told ? <small>{alert.told}</small> : null}
          </span>
          <time title={exactTime(alert.at)}>{ago(alert.at)}</time>
          {alert.seen ? (
            <span className="jp-mlstudio-Badge">{trans.__('seen')}</span>
          ) : (
            <Button onClick={() => onSee(alert.id)}>{trans.__('Seen')}</Button>
          )}
        </li>
      ))}
    </ul>
  );
}

/** Split a sentence where it names one of the columns, each of them once. */
export function partsOf(
  sentence: string,
  columns: readonly string[]
): readonly { text: string; isColumn: boolean }[] {
  const found = columns
    .map(column => ({ column, at: sentence.lastIndexOf(column) }))
    .filter(({ at }) => at >= 0)
    .sort((one, other) => one.at - other.at);
  const parts: { text: string; isColumn: boolean }[] = [];
  let end = 0;
  for (const { column, at } of found.filter(({ at }) => at >= end)) {
    parts.push({ text: sentence.slice(end, Math.max(at, end)), isColumn: false });
    parts.push({ text: column, isColumn: true });
    end = Math.max(at, end) + column.length;
  }
  return [...parts, { text: sentence.slice(end), isColumn: false }].filter(({ text }) => text);
}
