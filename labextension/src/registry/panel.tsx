import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago, Empty, exactTime, Failure, List, ListOpener, Loading, SearchField } from '../ui';
import type { RegisteredModel, RegistryModel } from './model';
import { useTicks } from './ticks';

/** The list of registered models in the sidebar. */
export class RegistryPanel extends VDomRenderer<RegistryModel> {
  constructor(
    model: RegistryModel,
    private readonly _open: (name: string) => void,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-RegistryPanel');
    this.title.label = _trans.__('Models');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    if (!model.loaded) {
      return <Loading label={trans.__('Loading the models')} rows={4} />;
    }
    if (model.failure !== null) {
      return (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    if (model.models.length === 0) {
      return (
        <Empty title={trans.__('No registered model yet')}>
          {trans.__('Register the model of a run to keep it by a name, version after version.')}
        </Empty>
      );
    }
    return <ModelList model={model} open={this._open} trans={trans} />;
  }
}

export interface IModelListProps {
  model: RegistryModel;
  open: (name: string) => void;
  trans: TranslationBundle;
  /** The model that is open. */
  chosen?: string | null;
  /** What stands beside the search. */
  action?: React.ReactNode;
}

/** The registered models, to be searched and opened. */
export function ModelList(props: IModelListProps): React.JSX.Element {
  const { model, action, trans } = props;
  return (
    <>
      <div className="jp-mlstudio-ListHead">
        <div>
          <SearchField
            label={trans.__('Search models')}
            value={model.search}
            onChange={search => {
              model.search = search;
            }}
          />
          {action}
        </div>
      </div>
      <Rows {...props} />
    </>
  );
}

function Rows({ model, open, chosen, trans }: IModelListProps): React.JSX.Element {
  useTicks();
  const models = model.shown;
  if (models.length === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('No model fits the search.')}</p>;
  }
  return (
    <List label={trans.__('Models')}>
      {models.map(each => (
        <Row key={each.name} model={each} isChosen={each.name === chosen} {...{ open, trans }} />
      ))}
    </List>
  );
}

interface IRowProps {
  model: RegisteredModel;
  isChosen: boolean;
  open: (name: string) => void;
  trans: TranslationBundle;
}

function Row({ model, isChosen, open, trans }: IRowProps): React.JSX.Element {
  return (
    <li className="jp-mlstudio-ModelRow" data-chosen={isChosen || undefined}>
      <ListOpener title={model.description || model.name} onOpen={() => open(model.name)}>
        <strong>{model.name}</strong>
        <time title={exactTime(model.updated_at)}>{ago(model.updated_at)}</time>
        <span>
          {trans._n('1 version', '%1 versions', model.versions)}
          {model.aliases.map(({ alias, version }) => (
            <span key={alias} className="jp-mlstudio-Badge" title={trans.__('Version %1', version)}>
              {alias}
            </span>
          ))}
        </span>
      </ListOpener>
    </li>
  );
}
