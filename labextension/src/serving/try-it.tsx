import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, Chips } from '../ui';
import type { EndpointModel } from './endpoint';
import { Fields } from './fields';
import { bodyOf, entriesOf, fitsForm, rowOf, type Entries, type Row } from './request';
import { Attempts, Outcome } from './outcome';

type Signature = Schemas['ModelSignature'];
type Tab = 'form' | 'json';

export interface ITryItProps {
  model: EndpointModel;
  signature: Signature | null;
  /** Whether the endpoint can be asked now. */
  ready: boolean;
  trans: TranslationBundle;
}

/** Ask the endpoint for a prediction, from a form made of its signature or with a body written by hand. */
export function TryIt({ model, signature, ready, trans }: ITryItProps): React.JSX.Element {
  const draft = useDraft(signature);
  const { tab, body, problems } = draft;
  const methods = signature?.methods ?? [];
  const send = (): void => {
    draft.check();
    if (problems.size === 0) {
      void model.try(body);
    }
  };
  return (
    <section className="jp-mlstudio-TryIt" aria-label={trans.__('Try it')}>
      <header>
        <h3>{trans.__('Try it')}</h3>
        {draft.hasForm ? (
          <Chips<Tab>
            label={trans.__('How to write the request')}
            value={tab}
            onChange={draft.setTab}
            options={[
              { value: 'form', label: trans.__('Form') },
              { value: 'json', label: trans.__('JSON') }
            ]}
          />
        ) : null}
        {draft.examples > 1 ? (
          <button className="jp-mlstudio-Link" onClick={draft.next}>
            {trans.__('Example %1 of %2', draft.example + 1, draft.examples)}
          </button>
        ) : null}
      </header>
      <form
        noValidate
        onSubmit={event => {
          event.preventDefault();
          send();
        }}
      >
        {tab === 'form' ? (
          <Fields
            columns={signature?.inputs ?? []}
            entries={draft.entries}
            problems={draft.checked ? problems : new Map()}
            onChange={draft.enter}
            trans={trans}
          />
        ) : (
          <textarea
            className="jp-mlstudio-TryIt-body"
            aria-label={trans.__('Body of the request, as JSON')}
            spellCheck={false}
            rows={12}
            value={body}
            onChange={event => draft.write(event.target.value)}
          />
        )}
        <div className="jp-mlstudio-TryIt-send">
          <Button
            primary
            type="submit"
            disabled={!ready || model.trying}
            title={hint(ready, trans)}
          >
            {model.trying ? trans.__('Predicting…') : trans.__('Predict')}
          </Button>
          {tab === 'form' && methods.length > 1 ? (
            <select
              aria-label={trans.__('What to ask for')}
              value={draft.method}
              onChange={event => draft.setMethod(event.target.value)}
            >
              {methods.map(method => (
                <option key={method}>{method}</option>
              ))}
            </select>
          ) : null}
          <Outcome attempt={model.attempts[0]} outputs={signature?.outputs ?? []} trans={trans} />
        </div>
      </form>
      <Attempts attempts={model.attempts} onChoose={draft.write} trans={trans} />
    </section>
  );
}

interface IDraft {
  readonly hasForm: boolean;
  readonly tab: Tab;
  readonly entries: Entries;
  readonly body: string;
  readonly problems: ReturnType<typeof rowOf>['problems'];
  readonly checked: boolean;
  /** What the model is asked to do; undefined if it says nothing about what it can. */
  readonly method: string | undefined;
  readonly examples: number;
  readonly example: number;
  setTab: (tab: Tab) => void;
  setMethod: (method: string) => void;
  enter: (column: string, entry: string) => void;
  write: (body: string) => void;
  check: () => void;
  next: () => void;
}

/** Keep what is being written: the form's fields, or the body once somebody has written it by hand. */
function useDraft(signature: Signature | null): IDraft {
  const hasForm = fitsForm(signature);
  const columns = signature?.inputs ?? [];
  const rows: readonly Row[] = signature?.example ?? [];
  const [tab, setTab] = React.useState<Tab>('form');
  const [example, setExample] = React.useState(0);
  const [entries, setEntries] = React.useState<Entries>(() => entriesOf(columns, rows[0]));
  const [written, setWritten] = React.useState<string | null>(null);
  const [checked, setChecked] = React.useState(false);
  const [chosen, setMethod] = React.useState<string>();
  const [first, ...others] = signature?.methods ?? [];
  const method = chosen !== undefined && others.includes(chosen) ? chosen : first;
  const named = method === first ? undefined : method;
  const choose = (index: number): void => {
    setExample(index);
    setEntries(entriesOf(columns, rows[index]));
    setWritten(null);
    setChecked(false);
  };
  React.useEffect(() => choose(0), [JSON.stringify(signature)]); // another model stands behind it now
  const shown: Tab = hasForm ? tab : 'json';
  const { row, problems } = rowOf(columns, entries);
  return {
    hasForm,
    tab: shown,
    entries,
    body:
      shown === 'json' && written !== null
        ? written
        : bodyOf(hasForm ? [row] : rows.slice(0, 1), named),
    method,
    problems: shown === 'form' ? problems : new Map(),
    checked,
    examples: rows.length,
    example,
    setTab,
    setMethod: method => {
      setMethod(method);
      setWritten(null);
    },
    enter: (column, entry) => {
      setEntries({ ...entries, [column]: entry });
      setWritten(null);
    },
    write: body => {
      setWritten(body);
      setTab('json');
    },
    check: () => setChecked(true),
    next: () => choose((example + 1) % rows.length)
  };
}

function hint(ready: boolean, trans: TranslationBundle): string | undefined {
  return ready ? undefined : trans.__('The endpoint does not answer now. Start it first.');
}
