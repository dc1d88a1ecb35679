import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, Chips } from '../ui';
import { useDraft, type Draft, type Tab } from './draft';
import type { EndpointModel } from './endpoint';
import { Fields } from './fields';
import { Attempts, Outcome } from './outcome';

export interface ITryItProps {
  model: EndpointModel;
  signature: Schemas['ModelSignature'] | null;
  /** Whether the endpoint can be asked now. */
  ready: boolean;
  trans: TranslationBundle;
}

interface IDraftProps {
  draft: Draft;
  trans: TranslationBundle;
}

/** Ask the endpoint for a prediction, from a form made of its signature or with a body written by hand. */
export function TryIt({ model, signature, ready, trans }: ITryItProps): React.JSX.Element {
  const draft = useDraft(signature);
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    if (draft.check()) {
      void model.try(draft.body);
    }
  };
  return (
    <section className="jp-mlstudio-TryIt" aria-label={trans.__('Try it')}>
      <Head draft={draft} trans={trans} />
      <form noValidate onSubmit={send}>
        {draft.tab === 'form' ? (
          <Fields
            columns={signature?.inputs ?? []}
            entries={draft.entries}
            problems={draft.shownProblems}
            onChange={(column, entry) => draft.enter(column, entry)}
            trans={trans}
          />
        ) : (
          <Body draft={draft} trans={trans} />
        )}
        <div className="jp-mlstudio-TryIt-send">
          <Send isReady={ready} isSending={model.trying} trans={trans} />
          <Method draft={draft} trans={trans} />
          <Outcome attempt={model.attempts[0]} outputs={signature?.outputs ?? []} trans={trans} />
        </div>
      </form>
      <Attempts attempts={model.attempts} onChoose={body => draft.write(body)} trans={trans} />
    </section>
  );
}

function Head({ draft, trans }: IDraftProps): React.JSX.Element {
  return (
    <header>
      <h3>{trans.__('Try it')}</h3>
      {draft.hasForm ? (
        <Chips<Tab>
          label={trans.__('How to write the request')}
          value={draft.tab}
          onChange={tab => draft.setTab(tab)}
          options={[
            { value: 'form', label: trans.__('Form') },
            { value: 'json', label: trans.__('JSON') }
          ]}
        />
      ) : null}
      {draft.examples > 1 ? (
        <button
          type="button"
          className="jp-mlstudio-Link"
          title={trans.__('Fill the form from the next example')}
          onClick={() => draft.next()}
        >
          {trans.__('Example %1 of %2', draft.example + 1, draft.examples)}
        </button>
      ) : null}
    </header>
  );
}

function Body({ draft, trans }: IDraftProps): React.JSX.Element {
  return (
    <textarea
      className="jp-mlstudio-TryIt-body"
      aria-label={trans.__('Body of the request, as JSON')}
      spellCheck={false}
      rows={12}
      value={draft.body}
      onChange={event => draft.write(event.target.value)}
    />
  );
}

function Method({ draft, trans }: IDraftProps): React.JSX.Element | null {
  return draft.tab === 'form' && draft.methods.length > 1 ? (
    <select
      aria-label={trans.__('What to ask for')}
      value={draft.method}
      onChange={event => draft.setMethod(event.target.value)}
    >
      {draft.methods.map(method => (
        <option key={method}>{method}</option>
      ))}
    </select>
  ) : null;
}

interface ISendProps {
  isReady: boolean;
  isSending: boolean;
  trans: TranslationBundle;
}

function Send({ isReady, isSending, trans }: ISendProps): React.JSX.Element {
  const hint = isReady ? undefined : trans.__('The endpoint does not answer now. Start it first.');
  return (
    <Button primary type="submit" disabled={!isReady || isSending} title={hint}>
      {isSending ? trans.__('Predicting…') : trans.__('Predict')}
    </Button>
  );
}
