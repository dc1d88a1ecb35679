import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';

import {
  Button,
  Empty,
  Failure,
  List,
  ListOpener,
  Loading,
  SearchField,
  ago,
  bytes,
  exactTime,
  number,
  wranglingIcon
} from '../ui';
import { installHint } from './frames';
import type { DataModel } from './sidebar-model';

export interface IDataActions {
  openFile: () => void;
  openDatabase: () => void;
  openPath: (path: string) => void;
  openFrame: (name: string) => void;
}

/** The sidebar panel with everything that can be wrangled. */
export class DataPanel extends ReactWidget {
  constructor(
    private readonly _model: DataModel,
    private readonly _actions: IDataActions,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'mlstudio-wrangling';
    this.addClass('jp-mlstudio-Data');
    this.title.icon = wranglingIcon;
    this.title.caption = _trans.__('Data');
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    void this._model.refresh();
  }

  protected override render(): React.JSX.Element {
    return <Lists model={this._model} actions={this._actions} trans={this._trans} />;
  }
}

interface IListsProps {
  model: DataModel;
  actions: IDataActions;
  trans: TranslationBundle;
}

/** The three lists, narrowed down by what is searched. */
export function Lists({ model, actions, trans }: IListsProps): React.JSX.Element {
  const [, redraw] = React.useReducer((count: number) => count + 1, 0);
  const [search, setSearch] = React.useState('');
  React.useEffect(() => {
    model.changed.connect(redraw);
    return () => void model.changed.disconnect(redraw);
  }, [model]);
  const fits = (text: string): boolean => text.toLowerCase().includes(search.toLowerCase());
  return (
    <>
      <header className="jp-mlstudio-ListHead">
        <div>
          <Button primary onClick={actions.openFile}>
            {trans.__('Open file…')}
          </Button>
          <Button onClick={actions.openDatabase}>{trans.__('Database…')}</Button>
        </div>
        <SearchField label={trans.__('Search data')} value={search} onChange={setSearch} />
      </header>
      <div className="jp-mlstudio-Data-lists">
        <Frames model={model} actions={actions} trans={trans} fits={fits} />
        {model.problem ? (
          <Failure
            message={model.problem}
            retryLabel={trans.__('Try again')}
            onRetry={() => void model.refresh()}
          />
        ) : (
          <>
            <Files model={model} actions={actions} trans={trans} fits={fits} />
            <Recipes model={model} actions={actions} trans={trans} fits={fits} />
          </>
        )}
        {model.frames.length + (model.files?.length ?? 1) + (model.recipes?.length ?? 1) === 0 ? (
          <Empty title={trans.__('Nothing to wrangle here')}>
            {trans.__(
              'Data files of the folder in the file browser, the DataFrames of the current notebook and saved recipes are listed here.'
            )}
          </Empty>
        ) : null}
      </div>
    </>
  );
}

interface ISectionProps extends IListsProps {
  fits: (text: string) => boolean;
}

function Frames({ model, actions, trans, fits }: ISectionProps): React.JSX.Element | null {
  const shown = model.frames.filter(({ name }) => fits(name));
  if (shown.length === 0 && !model.lacksPackage) {
    return null;
  }
  return (
    <section>
      <h3 title={model.notebook ?? undefined}>
        {trans.__('DataFrames of %1', basename(model.notebook ?? ''))}
      </h3>
      {model.lacksPackage ? <p className="jp-mlstudio-Hint">{installHint(trans)}</p> : null}
      <List label={trans.__('DataFrames')}>
        {shown.map(({ name, kind, rows, columns }) => (
          <li key={name}>
            <ListOpener title={trans.__('Wrangle %1', name)} onOpen={() => actions.openFrame(name)}>
              <span>{name}</span>
              <small>{frameText(kind, rows, columns)}</small>
            </ListOpener>
          </li>
        ))}
      </List>
    </section>
  );
}

function Files({ model, actions, trans, fits }: ISectionProps): React.JSX.Element | null {
  if (model.files === null) {
    return <Loading label={trans.__('Looking for files')} rows={4} />;
  }
  const shown = model.files.filter(({ name }) => fits(name));
  if (shown.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Files in this folder')}</h3>
      <List label={trans.__('Files')}>
        {shown.map(({ path, name, size }) => (
          <li key={path}>
            <ListOpener title={path} onOpen={() => actions.openPath(path)}>
              <span>{name}</span>
              <small>{size === null ? '' : bytes(size)}</small>
            </ListOpener>
          </li>
        ))}
      </List>
    </section>
  );
}

function Recipes({ model, actions, trans, fits }: ISectionProps): React.JSX.Element | null {
  const shown = (model.recipes ?? []).filter(({ title, path }) => fits(`${title} ${path}`));
  if (shown.length === 0) {
    return null;
  }
  return (
    <section>
      <h3>{trans.__('Recipes')}</h3>
      <List label={trans.__('Recipes')}>
        {shown.map(({ path, title, steps, changed_at, error }) => (
          <li key={path} data-state={error ? 'failed' : undefined}>
            <ListOpener
              title={error ?? `${path}\n${exactTime(changed_at * 1000)}`}
              onOpen={() => actions.openPath(path)}
            >
              <span>{title}</span>
              <small>
                {error
                  ? trans.__('cannot be read')
                  : `${trans._n('%1 step', '%1 steps', steps)} · ${ago(changed_at * 1000)}`}
              </small>
            </ListOpener>
          </li>
        ))}
      </List>
    </section>
  );
}

function frameText(kind: string, rows: number | null, columns: number | null): string {
  const size = columns === null ? '' : ` · ${rows === null ? '?' : number(rows)} × ${columns}`;
  return kind + size;
}

function basename(path: string): string {
  return path.split('/').pop() ?? path;
}
