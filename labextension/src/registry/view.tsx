import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, Empty, Failure, Loading } from '../ui';
import type { IModelActions } from './actions';
import type { DeskModel } from './desk';
import { Detail } from './detail';
import { ModelList } from './panel';
import { useTicks } from './ticks';

/** The registered models in the main area: their list, and one of them beside it. */
export class ModelView extends VDomRenderer<DeskModel> {
  constructor(
    model: DeskModel,
    private readonly _actions: IModelActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-Models');
  }

  protected render(): React.JSX.Element {
    return <Desk model={this.model} actions={this._actions} trans={this._trans} />;
  }
}

interface IDeskProps {
  model: DeskModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

function Desk({ model, actions, trans }: IDeskProps): React.JSX.Element {
  useTicks();
  const { open } = model;
  return (
    <div className="jp-mlstudio-Models-columns" data-open={open !== null}>
      <nav aria-label={trans.__('Registered models')}>
        <Side {...{ model, actions, trans }} />
      </nav>
      <div className="jp-mlstudio-ModelView">
        {open ? (
          <>
            <button
              type="button"
              className="jp-mlstudio-Link jp-mlstudio-Models-back"
              onClick={() => model.close()}
            >
              {trans.__('‹ All models')}
            </button>
            <Detail key={open.name} model={open} actions={actions} trans={trans} />
          </>
        ) : (
          <Nothing model={model} trans={trans} />
        )}
      </div>
    </div>
  );
}

function Side({ model, actions, trans }: IDeskProps): React.JSX.Element {
  const { list, open } = model;
  if (!list.loaded) {
    return <Loading label={trans.__('Loading the models')} rows={4} />;
  }
  if (list.failure !== null) {
    return (
      <Failure
        message={list.failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => void list.refresh()}
      />
    );
  }
  const button = <Button onClick={actions.importVersion}>{trans.__('Import…')}</Button>;
  return list.models.length === 0 ? (
    <Empty title={trans.__('No registered model yet')} action={button}>
      {trans.__('Register the model of a run, or import a file that somebody has exported.')}
    </Empty>
  ) : (
    <ModelList
      model={list}
      open={name => model.show(name)}
      chosen={open?.name ?? null}
      action={button}
      trans={trans}
    />
  );
}

function Nothing({ model, trans }: Omit<IDeskProps, 'actions'>): React.JSX.Element | null {
  return model.list.models.length === 0 ? null : (
    <Empty title={trans.__('Choose a model')}>
      {trans.__('Its versions, where they come from and who uses them are shown here.')}
    </Empty>
  );
}
