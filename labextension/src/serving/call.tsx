import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, Chips, CopyButton } from '../ui';
import type { Detail, EndpointModel } from './endpoint';

export interface ICallProps {
  model: EndpointModel;
  detail: Detail;
  /** Asks before it makes a new key. */
  onRotate: () => void;
  trans: TranslationBundle;
}

/** How programs call the endpoint: lines to copy, and the key that they must send. */
export function Call({ model, detail, onRotate, trans }: ICallProps): React.JSX.Element {
  const [chosen, setChosen] = React.useState('');
  const { snippets, key_file } = detail;
  const snippet = snippets.find(({ title }) => title === chosen) ?? snippets[0];
  return (
    <section className="jp-mlstudio-Call" aria-label={trans.__('Call it')}>
      <header>
        <h3>{trans.__('Call it')}</h3>
        <Chips
          label={trans.__('Language')}
          value={snippet?.title ?? ''}
          onChange={setChosen}
          options={snippets.map(({ title }) => ({ value: title, label: title }))}
        />
      </header>
      {snippet ? (
        <div className="jp-mlstudio-Snippet">
          <pre tabIndex={0}>{snippet.text}</pre>
          <CopyButton
            text={snippet.text}
            label={trans.__('Copy these lines')}
            copiedLabel={trans.__('Copied')}
          />
        </div>
      ) : (
        <p>{trans.__('Lines to copy appear here when the endpoint has an address.')}</p>
      )}
      <Key model={model} file={key_file} onRotate={onRotate} trans={trans} />
    </section>
  );
}

interface IKeyProps {
  model: EndpointModel;
  /** Where the key is kept in the project. */
  file: string;
  onRotate: () => void;
  trans: TranslationBundle;
}

function Key({ model, file, onRotate, trans }: IKeyProps): React.JSX.Element {
  const { key } = model;
  return (
    <div className="jp-mlstudio-Key">
      <span title={trans.__('Kept in %1', file)}>{trans.__('Key')}</span>
      <code>{key ?? '•'.repeat(16)}</code>
      {key === null ? null : (
        <CopyButton text={key} label={trans.__('Copy the key')} copiedLabel={trans.__('Copied')} />
      )}
      <Button onClick={() => (key === null ? void model.showKey() : model.hideKey())}>
        {key === null ? trans.__('Show') : trans.__('Hide')}
      </Button>
      <Button onClick={onRotate}>{trans.__('New key…')}</Button>
    </div>
  );
}
