import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Chips } from '../ui';

export interface IServerlessProps {
  serverless: boolean;
  onChange: (serverless: boolean) => void;
  trans: TranslationBundle;
}

/** The switch between an endpoint that is always awake and one that sleeps while nobody asks. */
export function Serverless({ serverless, onChange, trans }: IServerlessProps): React.JSX.Element {
  return (
    <>
      <Chips
        label={trans.__('While nobody asks')}
        value={serverless ? 'asleep' : 'awake'}
        onChange={value => onChange(value === 'asleep')}
        options={[
          { value: 'awake', label: trans.__('Always awake') },
          { value: 'asleep', label: trans.__('Serverless') }
        ]}
      />
      <p className="jp-mlstudio-Quiet">
        {serverless
          ? trans.__(
              'Asleep while nobody asks: no process, no memory. The first request wakes it within tens of milliseconds and just waits for them.'
            )
          : trans.__('At least one worker always runs, so that no request waits for one to start.')}
      </p>
    </>
  );
}
