import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';
import { Failure, Loading, TabBar } from '../ui';
import { Call } from './call';
import { Capture } from './capture';
import type { Detail, EndpointModel } from './endpoint';
import { Elsewhere, type IElsewhereProps } from './export';
import { Headline, type IHeadlineActions } from './headline';
import { Log } from './log';
import { Models, type IModelsActions } from './models';
import { Requests } from './requests';
import { Scaling } from './scaling';
import { Traffic } from './traffic';
import { TryIt } from './try-it';

/** What the view asks of the application. */
export interface IEndpointActions extends IHeadlineActions, IModelsActions {
  rotateKey: () => void;
  exportTo: IElsewhereProps['onExport'];
  forget: (requestId: string) => void;
  scale: (scaling: Schemas['Scaling']) => void;
  capture: (capture: Schemas['CaptureSpec']) => void;
}

/** One endpoint in the main area: its address, how it does, what stands behind it, and a place to try it. */
export class EndpointView extends VDomRenderer<EndpointModel> {
  constructor(
    model: EndpointModel,
    private readonly _actions: IEndpointActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-EndpointView');
  }

  protected render(): React.JSX.Element {
    const { model, _trans: trans } = this;
    if (model.gone) {
      return <Failure message={trans.__('This endpoint was removed. Close this tab.')} />;
    }
    if (model.detail === null) {
      return model.failure === null ? (
        <Loading label={trans.__('Loading the endpoint')} rows={10} />
      ) : (
        <Failure
          message={model.failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    return <Full model={model} detail={model.detail} actions={this._actions} trans={trans} />;
  }
}

interface IFullProps {
  model: EndpointModel;
  detail: Detail;
  actions: IEndpointActions;
  trans: TranslationBundle;
}

type Part = 'overview' | 'scaling' | 'call' | 'capture' | 'log';

function Full(props: IFullProps): React.JSX.Element {
  const { model, detail, actions, trans } = props;
  const [part, setPart] = React.useState<Part>('overview');
  return (
    <div className="jp-mlstudio-EndpointView-content">
      <Headline detail={detail} actions={actions} trans={trans} />
      {model.failure === null ? null : <Failure message={model.failure} />}
      <Traffic stats={model.stats} trans={trans} />
      <TabBar<Part>
        label={trans.__('Parts of the endpoint')}
        value={part}
        onChange={setPart}
        tabs={[
          { value: 'overview', label: trans.__('Overview') },
          { value: 'scaling', label: trans.__('Scaling') },
          { value: 'call', label: trans.__('Call it') },
          { value: 'capture', label: trans.__('Capture') },
          { value: 'log', label: trans.__('Log') }
        ]}
      />
      <Shown {...props} part={part} />
    </div>
  );
}

function Shown(props: IFullProps & { part: Part }): React.JSX.Element {
  const { model, detail, actions, trans, part } = props;
  switch (part) {
    case 'scaling':
      return <Scaling detail={detail} stats={model.stats} onScale={actions.scale} trans={trans} />;
    case 'call':
      return (
        <div className="jp-mlstudio-EndpointView-columns">
          <Call model={model} detail={detail} onRotate={actions.rotateKey} trans={trans} />
          <div>
            <Elsewhere name={detail.endpoint.name} onExport={actions.exportTo} trans={trans} />
            <Requests requests={model.requests} onForget={actions.forget} trans={trans} />
          </div>
        </div>
      );
    case 'capture':
      return (
        <Capture
          detail={detail}
          onCapture={actions.capture}
          onMonitor={actions.monitor}
          trans={trans}
        />
      );
    case 'log':
      return <Log lines={model.log} trans={trans} />;
    default:
      return (
        <div className="jp-mlstudio-EndpointView-columns">
          <TryIt model={model} detail={detail} trans={trans} />
          <Models model={model} detail={detail} actions={actions} trans={trans} />
        </div>
      );
  }
}
