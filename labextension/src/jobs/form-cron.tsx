import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { cronOf, readCron, type Every, type ICron } from './cron';
import { Field, Select, Text } from './form-field';

const SUNDAY = Date.UTC(2026, 0, 4);
const DAY = 86_400_000;

interface IBuilderProps {
  cron: string;
  onChange: (cron: string) => void;
  trans: TranslationBundle;
}

/** Says in fields what cron says in signs; what it cannot say stays in the text. */
export function CronBuilder({ cron, onChange, trans }: IBuilderProps): React.JSX.Element {
  const parts = readCron(cron);
  const put = (change: Partial<ICron>): void => {
    const built = cronOf({ ...parts, ...change });
    if (built !== null) {
      onChange(built);
    }
  };
  const own = { value: 'own' as const, label: trans.__('Cron expression') };
  return (
    <Field label={trans.__('Every')}>
      {(_, common) => (
        <span className="jp-mlstudio-RunForm-cron">
          <Select<Every>
            {...common}
            value={parts.every}
            onChange={every => put({ every })}
            options={[
              { value: 'hour', label: trans.__('hour') },
              { value: 'day', label: trans.__('day') },
              { value: 'week', label: trans.__('week') },
              { value: 'month', label: trans.__('month') },
              ...(parts.every === 'own' ? [own] : [])
            ]}
          />
          <At parts={parts} put={put} trans={trans} />
        </span>
      )}
    </Field>
  );
}

interface IAtProps {
  parts: ICron;
  put: (change: Partial<ICron>) => void;
  trans: TranslationBundle;
}

function At({ parts, put, trans }: IAtProps): React.JSX.Element | null {
  const { every, minute, hour, weekdays, day } = parts;
  if (every === 'own') {
    return null;
  }
  if (every === 'hour') {
    return (
      <label>
        {trans.__('at minute')}
        <Text
          numeric
          value={String(minute)}
          onChange={text => put({ minute: within(text, 0, 59) })}
        />
      </label>
    );
  }
  return (
    <>
      {every === 'week' ? <Weekdays chosen={weekdays} put={put} trans={trans} /> : null}
      {every === 'month' ? (
        <label>
          {trans.__('on day')}
          <Text numeric value={String(day)} onChange={text => put({ day: within(text, 1, 31) })} />
        </label>
      ) : null}
      <label>
        {trans.__('at')}
        <input
          type="time"
          className="jp-mlstudio-Form-input"
          value={`${two(hour)}:${two(minute)}`}
          onChange={event => {
            const [hours = 0, minutes = 0] = event.target.value.split(':').map(Number);
            put({ hour: hours, minute: minutes });
          }}
        />
      </label>
    </>
  );
}

interface IWeekdaysProps {
  chosen: readonly number[];
  put: (change: Partial<ICron>) => void;
  trans: TranslationBundle;
}

function Weekdays({ chosen, put, trans }: IWeekdaysProps): React.JSX.Element {
  const toggle = (day: number): void => {
    const days = chosen.includes(day) ? chosen.filter(other => other !== day) : [...chosen, day];
    put({ weekdays: days.length > 0 ? days : chosen });
  };
  return (
    <span className="jp-mlstudio-Chips" role="group" aria-label={trans.__('Days of the week')}>
      {[1, 2, 3, 4, 5, 6, 0].map(day => (
        <button
          key={day}
          type="button"
          aria-pressed={chosen.includes(day)}
          onClick={() => toggle(day)}
        >
          {weekday(day)}
        </button>
      ))}
    </span>
  );
}

function weekday(day: number): string {
  const name = new Intl.DateTimeFormat(undefined, { weekday: 'short', timeZone: 'UTC' });
  return name.format(new Date(SUNDAY + day * DAY));
}

function within(text: string, low: number, high: number): number {
  return Math.min(high, Math.max(low, Math.floor(Number(text) || 0)));
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
