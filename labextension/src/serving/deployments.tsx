import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, Button, exactTime } from '../ui';
import type { Endpoint } from './model';

type Deployment = Schemas['Deployment'];

export interface IDeploymentsProps {
  endpoint: Endpoint;
  /** Lets the user choose another model for the endpoint. */
  onRoll: () => void;
  /** Puts an earlier deployment behind the endpoint again. */
  onRollBack: (deployment: Deployment) => void;
  /** Shows the run that trained a model; null when there is no place that shows runs. */
  onOpenRun: ((runId: string) => void) | null;
  /** Shows a version of a registered model; null when there is no place that shows them. */
  onOpenModel: ((name: string, version: number) => void) | null;
  trans: TranslationBundle;
}

/** What stands behind the endpoint, what stood there before, and what is about to. */
export function Deployments(props: IDeploymentsProps): React.JSX.Element {
  const { endpoint, onRoll, trans } = props;
  return (
    <section className="jp-mlstudio-Deployments" aria-label={trans.__('Model in service')}>
      <header>
        <h3>{trans.__('Model in service')}</h3>
        <Button onClick={onRoll} disabled={endpoint.rolling_to !== null}>
          {trans.__('Roll to…')}
        </Button>
      </header>
      {endpoint.rolling_to ? (
        <div className="jp-mlstudio-Rolling" role="status">
          <progress aria-label={trans.__('Loading %1', endpoint.rolling_to.label)} />
          <span>
            {trans.__(
              '%1 is being loaded. %2 keeps answering until it is ready.',
              endpoint.rolling_to.label,
              endpoint.deployment?.label ?? trans.__('Nothing')
            )}
          </span>
        </div>
      ) : null}
      <ul>
        {endpoint.deployments.map(deployment => (
          <DeploymentRow key={deployment.number} {...props} deployment={deployment} />
        ))}
      </ul>
    </section>
  );
}

function DeploymentRow(props: IDeploymentsProps & { deployment: Deployment }): React.JSX.Element {
  const { endpoint, deployment, onOpenRun, onOpenModel, trans } = props;
  const serves = endpoint.deployment?.number === deployment.number;
  const { model, run_id } = deployment;
  return (
    <li data-serves={serves}>
      <span className="jp-mlstudio-Deployments-label" title={deployment.label}>
        {model && onOpenModel ? (
          <button
            className="jp-mlstudio-Link"
            onClick={() => onOpenModel(model.name, model.version)}
          >
            {deployment.label}
          </button>
        ) : (
          deployment.label
        )}
      </span>
      {run_id && onOpenRun ? (
        <button className="jp-mlstudio-Link" onClick={() => onOpenRun(run_id)}>
          {trans.__('Run')}
        </button>
      ) : null}
      <time title={exactTime(deployment.created_at)}>{ago(deployment.created_at)}</time>
      {serves ? (
        <span className="jp-mlstudio-Badge">{trans.__('in service')}</span>
      ) : endpoint.rolling_to?.number === deployment.number ? (
        <span className="jp-mlstudio-Badge">{trans.__('loading')}</span>
      ) : (
        <PutBack {...props} />
      )}
    </li>
  );
}

function PutBack(props: IDeploymentsProps & { deployment: Deployment }): React.JSX.Element {
  const { endpoint, deployment, onRollBack, trans } = props;
  const isNewer = deployment.number > (endpoint.deployment?.number ?? 0);
  return (
    <Button
      disabled={endpoint.rolling_to !== null}
      title={trans.__('Put %1 behind the endpoint', deployment.label)}
      onClick={() => onRollBack(deployment)}
    >
      {isNewer ? trans.__('Try again') : trans.__('Roll back')}
    </Button>
  );
}
