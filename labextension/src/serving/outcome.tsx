import type { TranslationBundle } from '@jupyterlab/translation';
import { refreshIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, exactTime, IconButton, number } from '../ui';
import type { IAttempt } from './predict';
import { latencyLabel } from './words';

export interface IOutcomeProps {
  /** What was tried last. */
  attempt: IAttempt | undefined;
  /** What the model answers with. */
  outputs: readonly Schemas['ModelColumn'][];
  trans: TranslationBundle;
}

/** What came of the last request: the prediction, or why there is none. */
export function Outcome({ attempt, outputs, trans }: IOutcomeProps): React.JSX.Element {
  return (
    <div
      className="jp-mlstudio-Outcome"
      aria-live="polite"
      data-failed={(attempt?.problem ?? null) !== null}
    >
      {attempt === undefined ? null : attempt.problem !== null ? (
        <p className="jp-mlstudio-Outcome-problem">{attempt.problem}</p>
      ) : (
        <>
          <Answer answer={attempt.answer} outputs={outputs} />
          <small>{trans.__('in %1', latencyLabel(attempt.took))}</small>
        </>
      )}
    </div>
  );
}

function Answer(props: {
  answer: unknown;
  outputs: readonly Schemas['ModelColumn'][];
}): React.JSX.Element {
  const predictions = predictionsOf(props.answer);
  const only = predictions?.length === 1 ? predictions[0] : undefined;
  if (isPlain(only)) {
    const name = props.outputs.length === 1 ? props.outputs[0]?.name : undefined;
    const isNamed = name !== undefined && !/^\d*$/.test(name); // MLflow numbers the columns that have no name
    return (
      <output>
        {isNamed ? <small>{name}</small> : null}
        <strong>{shownValue(only)}</strong>
      </output>
    );
  }
  if (isRecord(only) && Object.values(only).every(isPlain)) {
    return (
      <output>
        {Object.entries(only).map(([name, value]) => (
          <span key={name}>
            <small>{name}</small> <strong>{isPlain(value) ? shownValue(value) : ''}</strong>
          </span>
        ))}
      </output>
    );
  }
  if (isPlainList(only)) {
    return (
      <output>
        {only.map((value, index) => (
          <strong key={index} title={String(value)}>
            {shownValue(value)}
          </strong>
        ))}
      </output>
    );
  }
  return <pre>{JSON.stringify(predictions ?? props.answer, null, 1)}</pre>;
}

export interface IAttemptsProps {
  attempts: readonly IAttempt[];
  /** Takes the body of an earlier request up again. */
  onChoose: (body: string) => void;
  /** Sends an earlier request once more; null while nobody answers. */
  onRepeat: ((body: string) => void) | null;
  trans: TranslationBundle;
}

/** What was tried before, each to be taken up or sent again. */
export function Attempts(props: IAttemptsProps): React.JSX.Element | null {
  const { attempts, onChoose, onRepeat, trans } = props;
  return attempts.length === 0 ? null : (
    <details className="jp-mlstudio-Attempts" open>
      <summary>{trans.__('Tried before (%1)', attempts.length)}</summary>
      <ul>
        {attempts.map(attempt => (
          <li key={`${attempt.at}-${attempt.took}`} data-failed={attempt.problem !== null}>
            <button
              className="jp-mlstudio-Attempts-choose"
              title={trans.__('Take this request up again')}
              onClick={() => onChoose(attempt.body)}
            >
              <time title={exactTime(attempt.at)}>{ago(attempt.at)}</time>
              <span>{attempt.problem ?? summary(attempt.answer)}</span>
              <span className="jp-mod-numeric">{latencyLabel(attempt.took)}</span>
            </button>
            <IconButton
              label={trans.__('Send this request again')}
              disabled={onRepeat === null}
              onClick={() => onRepeat?.(attempt.body)}
            >
              <refreshIcon.react tag="span" elementSize="small" />
            </IconButton>
          </li>
        ))}
      </ul>
    </details>
  );
}

/** Say an answer in one line. */
export function summary(answer: unknown): string {
  const predictions = predictionsOf(answer);
  const first = predictions?.[0];
  const said = isPlain(first)
    ? shownValue(first)
    : isPlainList(first)
      ? first.map(shownValue).join('  ')
      : JSON.stringify(first ?? answer);
  return predictions && predictions.length > 1 ? `${said} … (${predictions.length})` : said;
}

function predictionsOf(answer: unknown): readonly unknown[] | undefined {
  const found = isRecord(answer) ? answer['predictions'] : undefined;
  return Array.isArray(found) ? (found as readonly unknown[]) : undefined;
}

function isPlain(value: unknown): value is string | number | boolean | null {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

function isPlainList(value: unknown): value is readonly (string | number | boolean | null)[] {
  return Array.isArray(value) && value.length > 0 && value.every(isPlain);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shownValue(value: string | number | boolean | null): string {
  return typeof value === 'number' ? number(value) : String(value);
}
