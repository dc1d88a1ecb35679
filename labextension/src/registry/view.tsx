import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Failure, Loading } from '../ui';
import { Aliases } from './aliases';
import { Description } from './description';
import type { RegisteredModel } from './model';
import { VersionTable } from './version-table';
import type { ModelVersion, VersionsModel } from './versions';

/** What the view asks of the application. */
export interface IModelActions {
  /** Puts a version behind an endpoint; null when there is nothing that serves. */
  readonly deploy: ((version: number) => void) | null;
  /** Shows a run; null when there is nothing that shows runs. */
  readonly openRun: ((runId: string) => void) | null;
  /** The address of a version, to be copied. */
  readonly address: (version: ModelVersion) => string;
  readonly removeVersion: (version: number) => void;
  readonly remove: () => void;
  /** Does what changes the model, and tells the user if it fails. */
  readonly attempt: (change: Promise<void>) => void;
}

/** One registered model in the main area: its versions, and what is said about them. */
export class ModelView extends VDomRenderer<VersionsModel> {
  constructor(
    model: VersionsModel,
    private readonly _actions: IModelActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-ModelView');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    if (model.gone) {
      return <Failure message={trans.__('This model was deleted. Close this tab.')} />;
    }
    if (model.registered === null) {
      return model.failure === null ? (
        <Loading label={trans.__('Loading the model')} rows={8} />
      ) : (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    return this._full(model.registered);
  }

  private _full(registered: RegisteredModel): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    const { chosen } = model;
    return (
      <div className="jp-mlstudio-ModelView-content">
        <header className="jp-mlstudio-Headline">
          <div>
            <h2 title={registered.name}>{registered.name}</h2>
            <span>{trans._n('1 version', '%1 versions', registered.versions)}</span>
          </div>
          <div className="jp-mlstudio-Headline-actions">
            <Button onClick={actions.remove}>{trans.__('Delete…')}</Button>
          </div>
          <Description
            label={trans.__('Description of the model')}
            text={registered.description}
            placeholder={trans.__('Say what the model is for')}
            onSave={text => actions.attempt(model.describe(text))}
            trans={trans}
          />
          <Tags tags={registered.tags} />
        </header>
        <VersionTable model={model} actions={actions} trans={trans} />
        {chosen ? <Version version={chosen} {...{ model, actions, trans }} /> : null}
      </div>
    );
  }
}

interface IVersionProps {
  version: ModelVersion;
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

function Version({ version, model, actions, trans }: IVersionProps): React.JSX.Element {
  return (
    <section
      key={version.version}
      className="jp-mlstudio-Version"
      aria-label={trans.__('Version %1', version.version)}
    >
      <header>
        <h3>{trans.__('Version %1', version.version)}</h3>
        <Button onClick={() => actions.removeVersion(version.version)}>
          {trans.__('Delete…')}
        </Button>
      </header>
      {version.message ? <Failure message={version.message} /> : null}
      <dl>
        <Entry label={trans.__('Aliases')}>
          <Aliases
            aliases={version.aliases}
            onAdd={alias => actions.attempt(model.setAlias(alias, version.version))}
            onRemove={alias => actions.attempt(model.removeAlias(alias))}
            trans={trans}
          />
        </Entry>
        <Entry label={trans.__('Description')}>
          <Description
            label={trans.__('Description of version %1', version.version)}
            text={version.description}
            placeholder={trans.__('Say what is special about this version')}
            onSave={text => actions.attempt(model.describeVersion(version.version, text))}
            trans={trans}
          />
        </Entry>
        <Origin version={version} trans={trans} />
      </dl>
    </section>
  );
}

function Origin({ version, trans }: Pick<IVersionProps, 'version' | 'trans'>): React.JSX.Element {
  return (
    <>
      <Entry label={trans.__('Source')}>
        <code>{version.source}</code>
      </Entry>
      {Object.keys(version.tags).length > 0 ? (
        <Entry label={trans.__('Tags')}>
          <Tags tags={version.tags} />
        </Entry>
      ) : null}
    </>
  );
}

function Entry(props: { label: string; children: React.ReactNode }): React.JSX.Element {
  return (
    <>
      <dt>{props.label}</dt>
      <dd>{props.children}</dd>
    </>
  );
}

function Tags({ tags }: { tags: Readonly<Record<string, string>> }): React.JSX.Element | null {
  const entries = Object.entries(tags);
  return entries.length === 0 ? null : (
    <ul className="jp-mlstudio-Tags">
      {entries.map(([name, value]) => (
        <li key={name} className="jp-mlstudio-Badge" title={`${name}: ${value}`}>
          {value ? `${name}: ${value}` : name}
        </li>
      ))}
    </ul>
  );
}
