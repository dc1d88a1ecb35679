import { Dialog, ReactWidget } from '@jupyterlab/apputils';
import type { ServiceManager } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import { UUID } from '@lumino/coreutils';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, Failure, messageOf, number } from '../ui';
import { FileHost } from './hosts';
import type { IOpened } from './open-source';
import type { ISession } from './transport';

type DatabaseSource = Schemas['DatabaseSource'];

const SHAPES = [
  'postgresql+psycopg://user@host/database',
  'mysql+pymysql://user@host/database',
  'sqlite:///file.sqlite',
  'mssql+pyodbc://user@host/database?driver=ODBC+Driver+18+for+SQL+Server',
  'snowflake://user@account/database/schema',
  'bigquery://project/dataset'
];

/** Ask which table of which database; null if nobody wants one. */
export async function askDatabase(
  services: ServiceManager.IManager,
  trans: TranslationBundle
): Promise<IOpened | null> {
  const body = new DatabaseForm(services, trans);
  const dialog = new Dialog<IOpened | null>({
    title: trans.__('Open a database'),
    body,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Open') })],
    focusNodeSelector: 'input'
  });
  const { button, value } = await dialog.launch();
  if (button.accept && value) {
    return value;
  }
  body.letGo();
  return null;
}

/** The form of a database; it connects in a kernel of its own, which the view goes on with. */
class DatabaseForm extends ReactWidget implements Dialog.IBodyWidget<IOpened | null> {
  constructor(
    services: ServiceManager.IManager,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-mlstudio-Database');
    this._host = new FileHost(services, `database ${UUID.uuid4()}`);
  }

  getValue(): IOpened | null {
    const { source, password, _host: host } = this;
    const whole = Boolean(source.url && (source.table || source.query));
    if (!whole) {
      this.letGo();
    }
    return whole ? { source: { ...source, kind: 'database' }, password, host } : null;
  }

  letGo(): void {
    this._session?.dispose();
    this._host.dispose();
  }

  /** Connect, and list the tables. */
  readonly connect = async (): Promise<readonly Schemas['TableName'][]> => {
    this._session ??= await this._host.connect();
    const args = { source: { ...this.source, table: null, query: null }, password: this.password };
    const { result } = await this._session.ask<Schemas['Tables']>('sources.tables', args);
    return result.items;
  };

  source: DatabaseSource = { kind: 'database', url: '' };
  password = '';

  protected override render(): React.JSX.Element {
    return <Fields form={this} trans={this._trans} />;
  }

  private readonly _host: FileHost;
  private _session: ISession | null = null;
}

function Fields(props: { form: DatabaseForm; trans: TranslationBundle }): React.JSX.Element {
  const { form, trans } = props;
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const [tables, setTables] = React.useState<readonly Schemas['TableName'][] | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  const [busy, setBusy] = React.useState(false);
  const set = (part: Partial<DatabaseSource>): void => {
    form.source = { ...form.source, ...part };
    redraw();
  };
  const connect = async (): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      const found = await form.connect();
      setTables(found);
      if (!form.source.query && !found.some(({ name }) => name === form.source.table)) {
        set({ table: found[0]?.name ?? null });
      }
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  };
  const list = React.useId();
  return (
    <div className="jp-mlstudio-Form">
      <Field
        label={trans.__('Address')}
        hint={trans.__('As SQLAlchemy writes it, without the password.')}
      >
        <input
          list={list}
          value={form.source.url}
          placeholder={SHAPES[0]}
          onChange={event => set({ url: event.target.value.trim() })}
        />
        <datalist id={list}>
          {SHAPES.map(shape => (
            <option key={shape} value={shape} />
          ))}
        </datalist>
      </Field>
      <Field
        label={trans.__('Password')}
        hint={trans.__('Used for this session only and written nowhere.')}
      >
        <input
          type="password"
          autoComplete="off"
          defaultValue=""
          onChange={event => (form.password = event.target.value)}
        />
      </Field>
      <Field
        label={trans.__('or taken from')}
        hint={trans.__(
          'An environment variable of the kernel, or keyring:SERVICE; the recipe keeps this name.'
        )}
      >
        <input
          value={form.source.password_from ?? ''}
          placeholder="PGPASSWORD"
          onChange={event => set({ password_from: event.target.value.trim() || null })}
        />
      </Field>
      <Button disabled={!form.source.url || busy} onClick={() => void connect()}>
        {busy ? trans.__('Connecting…') : trans.__('Connect and list tables')}
      </Button>
      {problem ? <Failure message={problem} /> : null}
      {tables ? (
        <Field
          label={trans._n('%1 table', '%1 tables', tables.length)}
          hint={trans.__('Choose one, or write a query.')}
        >
          <select
            size={Math.min(Math.max(tables.length, 2), 8)}
            value={form.source.table ?? ''}
            onChange={event => set({ table: event.target.value, query: null })}
          >
            {tables.map(({ name, rows }) => (
              <option key={name} value={name}>
                {rows === null ? name : `${name} (${number(rows)})`}
              </option>
            ))}
          </select>
        </Field>
      ) : null}
      <Field label={trans.__('Query')} hint="">
        <textarea
          rows={3}
          spellCheck={false}
          placeholder="SELECT …"
          value={form.source.query ?? ''}
          onKeyDown={event => event.key === 'Enter' && event.stopPropagation()}
          onChange={event => set({ query: event.target.value || null, table: null })}
        />
      </Field>
    </div>
  );
}

function Field(props: {
  label: string;
  hint: string;
  children: React.ReactNode;
}): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Database-field">
      <label className="jp-mlstudio-Form-field">
        <span>{props.label}</span>
        {props.children}
      </label>
      {props.hint ? <small>{props.hint}</small> : null}
    </div>
  );
}
