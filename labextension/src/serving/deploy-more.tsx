import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Chips } from '../ui';
import type { IChoice, Part } from './choice';
import type { Endpoint } from './model';

export interface IPartFieldsProps {
  choice: IChoice;
  /** The endpoint that exists. */
  present: Endpoint;
  onChange: (changed: Partial<IChoice>) => void;
  trans: TranslationBundle;
}

/** Choose how much of what an endpoint is asked the model gets. */
export function PartFields(props: IPartFieldsProps): React.JSX.Element | null {
  const { choice, present, onChange, trans } = props;
  if (present.deployment === null) {
    return null; // nothing answers that could keep a part
  }
  return (
    <>
      <Chips<Part>
        label={trans.__('How much of the traffic')}
        value={choice.part}
        onChange={part => onChange({ part })}
        options={[
          { value: 'all', label: trans.__('All traffic') },
          { value: 'canary', label: trans.__('Canary') },
          { value: 'shadow', label: trans.__('Shadow') }
        ]}
      />
      {choice.part === 'canary' ? (
        <label>
          {trans.__('Per cent of the requests')}
          <input
            type="number"
            min={0.1}
            max={99.9}
            step="any"
            value={Number.isNaN(choice.weight) ? '' : choice.weight}
            onChange={({ target }) => onChange({ weight: target.valueAsNumber })}
          />
        </label>
      ) : null}
      <p>{partWords(choice.part, present, trans)}</p>
    </>
  );
}

function partWords(part: Part, { deployment }: Endpoint, trans: TranslationBundle): string {
  const label = deployment?.label ?? '';
  switch (part) {
    case 'canary':
      return trans.__('%1 keeps the rest. Move the slider later, or promote the new one.', label);
    case 'shadow':
      return trans.__(
        'It is asked what %1 is asked, and only its answers and its speed are compared.',
        label
      );
    default:
      return trans.__('%1 answers until the new one is ready, and can be rolled back to.', label);
  }
}

export interface IMoreProps {
  choice: IChoice;
  /** Whether the endpoint is made anew. */
  isNew: boolean;
  onChange: (changed: Partial<IChoice>) => void;
  trans: TranslationBundle;
}

/** What few want to change. */
export function More({ choice, isNew, onChange, trans }: IMoreProps): React.JSX.Element {
  return (
    <details>
      <summary>{trans.__('More')}</summary>
      {isNew ? <NewFields choice={choice} onChange={onChange} trans={trans} /> : null}
      <label>
        {trans.__('Answer to this model name only')}
        <input
          type="text"
          pattern="[A-Za-z0-9_.\-]{0,64}"
          placeholder={trans.__('the endpoint’s own model')}
          value={choice.servedAs}
          onChange={({ target }) => onChange({ servedAs: target.value })}
        />
      </label>
    </details>
  );
}

function NewFields({ choice, onChange, trans }: Omit<IMoreProps, 'isNew'>): React.JSX.Element {
  return (
    <>
      {choice.serverless ? (
        <label>
          {trans.__('Asleep after so many seconds without a request')}
          <input
            type="number"
            min={1}
            value={Number.isNaN(choice.idleSeconds) ? '' : choice.idleSeconds}
            onChange={({ target }) => onChange({ idleSeconds: target.valueAsNumber })}
          />
        </label>
      ) : null}
      <label>
        {trans.__('Keep for monitoring, per cent of the requests')}
        <input
          type="number"
          min={0}
          max={100}
          value={Number.isNaN(choice.captured) ? '' : choice.captured}
          onChange={({ target }) => onChange({ captured: target.valueAsNumber })}
        />
      </label>
      <label>
        {trans.__('Port')}
        <input
          type="number"
          min={1}
          max={65535}
          placeholder={trans.__('a free one')}
          onChange={({ target }) => onChange({ port: Number(target.value) || null })}
        />
      </label>
    </>
  );
}
