import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, Chips, CopyButton } from '../ui';
import { curlOf } from './curl';
import { useDraft, type Draft, type Tab } from './draft';
import type { Detail, EndpointModel } from './endpoint';
import { Fields } from './fields';
import { isOn } from './model';
import { Attempts, Outcome } from './outcome';

export interface ITryItProps {
  model: EndpointModel;
  detail: Detail;
  trans: TranslationBundle;
}

interface IDraftProps {
  draft: Draft;
  trans: TranslationBundle;
}

/** Ask the endpoint for a prediction, from a form made of its signature or with a body written by hand. */
export function TryIt({ model, detail, trans }: ITryItProps): React.JSX.Element {
  const { signature, endpoint } = detail;
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
        <Writing draft={draft} detail={detail} trans={trans} />
        <div className="jp-mlstudio-TryIt-send">
          <Send isReady={isOn(endpoint)} isSending={model.trying} trans={trans} />
          <Method draft={draft} trans={trans} />
          <Outcome attempt={model.attempts[0]} outputs={signature?.outputs ?? []} trans={trans} />
        </div>
      </form>
      <Attempts
        attempts={model.attempts}
        onChoose={body => draft.write(body)}
        onRepeat={isOn(endpoint) ? body => void model.try(body) : null}
        trans={trans}
      />
    </section>
  );
}

function Head({ draft, trans }: IDraftProps): React.JSX.Element {
  const form: { value: Tab; label: string }[] = draft.hasForm
    ? [{ value: 'form', label: trans.__('Form') }]
    : [];
  return (
    <header>
      <h3>{trans.__('Try it')}</h3>
      <Chips<Tab>
        label={trans.__('How to write the request')}
        value={draft.tab}
        onChange={tab => draft.setTab(tab)}
        options={[
          ...form,
          { value: 'json', label: trans.__('JSON') },
          { value: 'curl', label: trans.__('curl') }
        ]}
      />
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

function Writing({ draft, detail, trans }: IDraftProps & { detail: Detail }): React.JSX.Element {
  if (draft.tab === 'form') {
    return (
      <Fields
        columns={detail.signature?.inputs ?? []}
        entries={draft.entries}
        problems={draft.shownProblems}
        onChange={(column, entry) => draft.enter(column, entry)}
        trans={trans}
      />
    );
  }
  if (draft.tab === 'curl') {
    const line = curlOf(detail, draft.body);
    return (
      <div className="jp-mlstudio-Snippet">
        <pre tabIndex={0}>{line}</pre>
        <CopyButton
          text={line}
          label={trans.__('Copy these lines')}
          copiedLabel={trans.__('Copied')}
        />
      </div>
    );
  }
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
