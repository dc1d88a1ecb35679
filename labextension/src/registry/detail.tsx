import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button, Failure, Loading, TabBar } from '../ui';
import type { IModelActions } from './actions';
import { Aliases } from './aliases';
import { CardPane } from './card';
import { ComparePane } from './compare';
import { Description } from './description';
import { LineagePane } from './lineage';
import type { RegisteredModel } from './model';
import { StageField } from './stage';
import { Tags } from './tags';
import { VersionTable } from './version-table';
import { STAGE, type ModelVersion, type Part, type VersionsModel } from './versions';

/** Begins a description that is a published card. */
const CARD = '<!-- model card -->';
const SUMMARY = 'mlstudio.card.summary';

export interface IDetailProps {
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

/** One registered model: its versions, and what is known of the chosen one. */
export function Detail({ model, actions, trans }: IDetailProps): React.JSX.Element {
  if (model.gone) {
    return <Failure message={trans.__('This model was deleted. Choose another one.')} />;
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
  const { chosen } = model;
  return (
    <div className="jp-mlstudio-ModelView-content">
      <Head registered={model.registered} {...{ model, actions, trans }} />
      <VersionTable model={model} actions={actions} trans={trans} />
      {chosen ? <Version version={chosen} {...{ model, actions, trans }} /> : null}
    </div>
  );
}

function Head(props: IDetailProps & { registered: RegisteredModel }): React.JSX.Element {
  const { registered, model, actions, trans } = props;
  return (
    <header className="jp-mlstudio-Headline">
      <div>
        <h2 title={registered.name}>{registered.name}</h2>
        <span>{trans._n('1 version', '%1 versions', registered.versions)}</span>
      </div>
      <div className="jp-mlstudio-Headline-actions">
        <Button onClick={() => actions.remove(model)}>{trans.__('Delete…')}</Button>
      </div>
      <Description
        label={trans.__('Description of the model')}
        text={registered.description}
        placeholder={trans.__('Say what the model is for')}
        onSave={text => actions.attempt(model.describe(text))}
        trans={trans}
      />
      <Tags
        tags={registered.tags}
        onChange={tags => actions.attempt(model.tag(tags))}
        trans={trans}
      />
    </header>
  );
}

interface IVersionProps extends IDetailProps {
  version: ModelVersion;
}

function Version({ version, model, actions, trans }: IVersionProps): React.JSX.Element {
  const tabs: { value: Part; label: string }[] = [
    { value: 'details', label: trans.__('Details') },
    { value: 'card', label: trans.__('Card') },
    { value: 'lineage', label: trans.__('Lineage') },
    { value: 'compare', label: compareLabel(model, trans) }
  ];
  const props = { version, model, actions, trans };
  return (
    <section className="jp-mlstudio-Version" aria-label={trans.__('Version %1', version.version)}>
      <header>
        <h3>{trans.__('Version %1', version.version)}</h3>
        {actions.deploy ? (
          <Button
            className="jp-mod-narrow"
            disabled={version.state !== 'ready'}
            onClick={() => actions.deploy?.(model.name, version.version)}
          >
            {trans.__('Deploy…')}
          </Button>
        ) : null}
        <Button onClick={() => actions.promote(model, version.version)}>
          {trans.__('Promote…')}
        </Button>
        <Button onClick={() => actions.exportVersion(model.name, version.version)}>
          {trans.__('Export…')}
        </Button>
        <Button onClick={() => actions.removeVersion(model, version.version)}>
          {trans.__('Delete…')}
        </Button>
      </header>
      {version.message ? <Failure message={version.message} /> : null}
      <TabBar
        tabs={tabs}
        value={model.part}
        onChange={part => model.show(part)}
        label={trans.__('What is shown of the version')}
      />
      {model.part === 'details' ? <Details {...props} /> : null}
      {model.part === 'card' ? <CardPane {...props} /> : null}
      {model.part === 'lineage' ? <LineagePane {...props} /> : null}
      {model.part === 'compare' ? <ComparePane {...props} /> : null}
    </section>
  );
}

function compareLabel({ marked }: VersionsModel, trans: TranslationBundle): string {
  return marked.length > 1 ? trans.__('Compare %1', marked.length) : trans.__('Compare');
}

function Details({ version, model, actions, trans }: IVersionProps): React.JSX.Element {
  const { attempt } = actions;
  const isCard = version.description.startsWith(CARD);
  const text = isCard ? (version.tags[SUMMARY] ?? '') : version.description;
  const number = version.version;
  return (
    <dl key={number}>
      <Entry label={trans.__('Description')}>
        <Description
          label={trans.__('Description of version %1', number)}
          text={text}
          placeholder={trans.__('Say what is special about this version')}
          onSave={changed =>
            attempt(
              isCard
                ? model.writeCard(number, { summary: changed })
                : model.describeVersion(number, changed)
            )
          }
          trans={trans}
        />
      </Entry>
      <Entry label={trans.__('Aliases')}>
        <Aliases
          aliases={version.aliases}
          onAdd={alias => attempt(model.setAlias(alias, number))}
          onRemove={alias => attempt(model.removeAlias(alias))}
          trans={trans}
        />
      </Entry>
      <Entry label={trans.__('Stage')}>
        <StageField
          stage={version.tags[STAGE] ?? ''}
          label={trans.__('Stage of version %1', number)}
          onChange={stage => attempt(model.tagVersion(number, { [STAGE]: stage }))}
          trans={trans}
        />
      </Entry>
      <Entry label={trans.__('Tags')}>
        <Tags
          tags={version.tags}
          onChange={tags => attempt(model.tagVersion(number, tags))}
          trans={trans}
        />
      </Entry>
      <Entry label={trans.__('Source')}>
        <code>{version.source}</code>
      </Entry>
    </dl>
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
