import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon, runIcon, VDomRenderer } from '@jupyterlab/ui-components';
import * as React from 'react';

import {
  Button,
  Empty,
  Failure,
  IconButton,
  List,
  ListHead,
  ListOpener,
  Loading,
  StateMark
} from '../ui';
import {
  isOn,
  servedLabel,
  type Endpoint,
  type EndpointsModel,
  type Filter,
  type IFigures
} from './model';
import { Trace } from './sparkline';
import { latencyLabel, rateLabel, stateLabel } from './words';

/** What the list asks of the application. */
export interface IListActions {
  deploy: () => void;
  open: (endpoint: Endpoint) => void;
  start: (endpoint: Endpoint) => void;
  stop: (endpoint: Endpoint) => void;
  remove: (endpoint: Endpoint) => void;
}

/** The list of endpoints in the sidebar. */
export class EndpointsPanel extends VDomRenderer<EndpointsModel> {
  constructor(
    model: EndpointsModel,
    private readonly _actions: IListActions,
    private readonly _trans: TranslationBundle
  ) {
    super(model);
    this.addClass('jp-mlstudio-EndpointsPanel');
    this.title.label = _trans.__('Endpoints');
  }

  protected render(): React.JSX.Element {
    const { model, _actions: actions, _trans: trans } = this;
    if (!model.loaded) {
      return <Loading label={trans.__('Loading the endpoints')} />;
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
    const deploy = (
      <Button primary onClick={actions.deploy}>
        {trans.__('Deploy…')}
      </Button>
    );
    if (model.endpoints.length === 0) {
      return (
        <Empty title={trans.__('No endpoint yet')} action={deploy}>
          {trans.__(
            'An endpoint answers predictions over HTTP with a model that you have trained.'
          )}
        </Empty>
      );
    }
    return (
      <>
        <Search model={model} trans={trans} action={deploy} />
        <Rows model={model} actions={actions} trans={trans} />
      </>
    );
  }
}

interface ISearchProps {
  model: EndpointsModel;
  trans: TranslationBundle;
  action: React.ReactNode;
}

function Search({ model, trans, action }: ISearchProps): React.JSX.Element {
  return (
    <ListHead<Filter>
      label={trans.__('Search endpoints')}
      value={model.search}
      onChange={search => {
        model.search = search;
      }}
      action={action}
      chips={{
        label: trans.__('Show'),
        value: model.filter,
        onChange: filter => {
          model.filter = filter;
        },
        options: [
          { value: 'all', label: trans.__('All') },
          { value: 'running', label: trans.__('Running') },
          { value: 'asleep', label: trans.__('Asleep') },
          { value: 'stopped', label: trans.__('Stopped') },
          { value: 'failed', label: trans.__('Failed') }
        ]
      }}
    />
  );
}

interface IRowsProps {
  model: EndpointsModel;
  actions: IListActions;
  trans: TranslationBundle;
}

function Rows({ model, actions, trans }: IRowsProps): React.JSX.Element {
  const { shown } = model;
  if (shown.length === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('No endpoint fits the search.')}</p>;
  }
  return (
    <List label={trans.__('Endpoints')}>
      {shown.map(endpoint => (
        <EndpointRow
          key={endpoint.id}
          endpoint={endpoint}
          figures={model.figures.get(endpoint.id)}
          actions={actions}
          trans={trans}
        />
      ))}
    </List>
  );
}

interface IEndpointRowProps {
  endpoint: Endpoint;
  figures: IFigures | undefined;
  actions: IListActions;
  trans: TranslationBundle;
}

function EndpointRow({ endpoint, figures, actions, trans }: IEndpointRowProps): React.JSX.Element {
  return (
    <li
      className="jp-mlstudio-EndpointRow"
      onKeyDown={event => (event.key === 'Delete' ? actions.remove(endpoint) : undefined)}
    >
      <ListOpener
        title={endpoint.message || endpoint.url || endpoint.name}
        onOpen={() => actions.open(endpoint)}
      >
        <StateMark state={endpoint.state} label={stateLabel(endpoint, trans)} />
        <strong>{endpoint.name}</strong>
        {figures && endpoint.state === 'ready' ? <Trace values={figures.requests} /> : null}
        <span className="jp-mlstudio-EndpointRow-more">
          <span className="jp-mlstudio-EndpointRow-model">{servedLabel(endpoint)}</span>
          <span className="jp-mlstudio-EndpointRow-figures">
            {figuresLabel(endpoint, figures, trans)}
          </span>
        </span>
      </ListOpener>
      <Switch endpoint={endpoint} actions={actions} trans={trans} />
    </li>
  );
}

function Switch({
  endpoint,
  actions,
  trans
}: Omit<IEndpointRowProps, 'figures'>): React.JSX.Element {
  const on = isOn(endpoint);
  const Icon = on ? stopIcon : runIcon;
  return (
    <IconButton
      label={on ? trans.__('Stop %1', endpoint.name) : trans.__('Start %1', endpoint.name)}
      onClick={() => (on ? actions.stop(endpoint) : actions.start(endpoint))}
    >
      <Icon.react tag="span" elementSize="normal" />
    </IconButton>
  );
}

function figuresLabel(
  endpoint: Endpoint,
  figures: IFigures | undefined,
  trans: TranslationBundle
): string {
  if (endpoint.state !== 'ready') {
    return stateLabel(endpoint, trans);
  }
  const rate = rateLabel(figures?.rate ?? 0, trans);
  return figures?.p50 ? trans.__('%1 · %2', rate, latencyLabel(figures.p50)) : rate;
}
