import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Dialog, InputDialog, Notification, showDialog } from '@jupyterlab/apputils';
import { FileDialog, type IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Api, Schemas } from '../api';
import { bytes, exactTime, messageOf } from '../ui';
import { ENDING } from './file-type';

type Archive = Schemas['Archive'];
type ModelVersion = Schemas['ModelVersion'];

/** What versions as files need of the application. */
export interface IExchange {
  app: JupyterFrontEnd;
  api: Api;
  browser: IDefaultFileBrowser | null;
  trans: TranslationBundle;
}

/** Write a version as a file of the project, whose name the user is asked for unless it is given. */
export async function exportVersion(
  { app, api, trans }: IExchange,
  name: string,
  version: number,
  path: string | null
): Promise<void> {
  const usual = `${name.replace(/[^\w.-]+/g, '-')}-${version}${ENDING}`;
  const wanted =
    path ??
    (
      await InputDialog.getText({
        title: trans.__('Export version %1 of %2', version, name),
        label: trans.__('File in the project; it holds the model, its run and its card'),
        text: usual,
        okLabel: trans.__('Export'),
        selectionRange: usual.length - ENDING.length
      })
    ).value;
  if (!wanted) {
    return;
  }
  const request = api
    .POST('/registry/models/{name}/versions/{version}/export', {
      params: { path: { name, version: String(version) } },
      body: { path: wanted }
    })
    .then(({ data }) => data ?? null);
  const download = async (): Promise<void> => {
    const { contents } = app.serviceManager;
    const link = document.createElement('a');
    link.href = await contents.getDownloadUrl(wanted);
    link.download = wanted.split('/').pop() ?? wanted;
    link.click();
  };
  Notification.promise(request, {
    pending: { message: trans.__('Exporting %1 %2…', name, version) },
    success: {
      message: done =>
        trans.__(
          '%1 is written, %2.',
          (done as Schemas['VersionFile']).path,
          bytes((done as Schemas['VersionFile']).size)
        ),
      options: {
        autoClose: 10_000,
        actions: [{ label: trans.__('Download'), callback: () => void download() }]
      }
    },
    error: { message: messageOf, options: { autoClose: 10_000 } }
  });
  await request.catch(() => undefined); // the notification has told
}

/** Make a version from a file that the user chooses and has looked at; null if there is none. */
export async function importVersion(
  exchange: IExchange,
  path: string | null
): Promise<ModelVersion | null> {
  const { api, trans } = exchange;
  const file = path ?? (await choose(exchange));
  if (file === null) {
    return null;
  }
  const { data: archive } = await api.GET('/registry/archive', {
    params: { query: { path: file } }
  });
  if (!archive) {
    return null;
  }
  const form = new ImportForm(archive, trans);
  const { button, value } = await showDialog({
    title: trans.__('Import a model version'),
    body: form,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Import') })],
    focusNodeSelector: 'input'
  });
  if (!button.accept || !value) {
    return null;
  }
  const request = api.POST('/registry/archive', { body: value }).then(({ data }) => data ?? null);
  Notification.promise(request, {
    pending: { message: trans.__('Importing %1…', value.name ?? archive.name) },
    success: {
      message: made => {
        const { name, version } = made as ModelVersion;
        return trans.__('It is version %1 of %2 now.', version, name);
      },
      options: { autoClose: 5000 }
    },
    error: { message: messageOf, options: { autoClose: 10_000 } }
  });
  return request.catch(() => null);
}

async function choose({ app, browser, trans }: IExchange): Promise<string | null> {
  const title = trans.__('Choose a file that ends in %1', ENDING);
  const manager = browser?.model.manager;
  if (!manager) {
    return (await InputDialog.getText({ title })).value;
  }
  const { value } = await FileDialog.getOpenFiles({
    manager,
    title,
    filter: ({ path, type }) => (type === 'directory' || path.endsWith('.zip') ? {} : null)
  });
  const path = value?.find(item => item.path.endsWith('.zip'))?.path;
  return path === undefined ? null : app.serviceManager.contents.localPath(path);
}

/** The body of the dialog: what the file says it holds, and what to make of it. */
class ImportForm extends ReactWidget implements Dialog.IBodyWidget<Schemas['ArchiveImport']> {
  constructor(
    private readonly _archive: Archive,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-mlstudio-PromoteForm');
    this._spec = { path: _archive.path, name: _archive.name, trust: false, aliases: [] };
  }

  getValue(): Schemas['ArchiveImport'] {
    return { ...this._spec, name: this._spec.name?.trim() ?? null };
  }

  protected render(): React.JSX.Element {
    return (
      <ImportFields
        archive={this._archive}
        first={this._spec}
        onChange={spec => {
          this._spec = spec;
        }}
        trans={this._trans}
      />
    );
  }

  private _spec: Schemas['ArchiveImport'];
}

export interface IImportFieldsProps {
  archive: Archive;
  first: Schemas['ArchiveImport'];
  onChange: (spec: Schemas['ArchiveImport']) => void;
  trans: TranslationBundle;
}

/** Under which name a file is imported, and whether it is trusted. */
export function ImportFields(props: IImportFieldsProps): React.JSX.Element {
  const { archive, first, onChange, trans } = props;
  const [spec, setSpec] = React.useState(first);
  const change = (changed: Partial<Schemas['ArchiveImport']>): void => {
    setSpec({ ...spec, ...changed });
    onChange({ ...spec, ...changed });
  };
  const metrics = Object.entries(archive.metrics)
    .slice(0, 4)
    .map(([name, value]) => `${name} ${typeof value === 'number' ? value.toPrecision(4) : value}`);
  return (
    <>
      <p>
        {trans.__(
          '%1, version %2, exported %3',
          archive.name,
          archive.version,
          exactTime(archive.exported_at)
        )}
      </p>
      <p>
        {[trans._n('1 file', '%1 files', archive.files), bytes(archive.size), ...metrics].join(
          ', '
        )}
      </p>
      <label>
        {trans.__('Registered model')}
        <input
          type="text"
          required
          value={spec.name ?? ''}
          onChange={event => change({ name: event.target.value })}
        />
      </label>
      {archive.pickled ? (
        <>
          <label className="jp-mod-row">
            <input
              type="checkbox"
              checked={spec.trust ?? false}
              onChange={event => change({ trust: event.target.checked })}
            />
            {trans.__('I trust whoever made it')}
          </label>
          <p>
            {trans.__(
              'Importing runs nothing. Loading this kind of model can run code that came with it, so an endpoint asks for trust first.'
            )}
          </p>
        </>
      ) : null}
    </>
  );
}
