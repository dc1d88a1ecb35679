import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { ago, Button, exactTime } from '../ui';
import type { Detail, EndpointModel } from './endpoint';
import { Follow } from './follow';
import { Origin, type IOriginActions } from './origin';
import { Division, type Share } from './shares';
import { ShareRow } from './share-row';

type Deployment = Schemas['Deployment'];

/** What the view asks of the application about the models behind an endpoint. */
export interface IModelsActions extends IOriginActions {
  /** Lets the user choose another model for the endpoint. */
  onRoll: () => void;
  /** Puts an earlier deployment behind the endpoint again. */
  onRollBack: (deployment: Deployment) => void;
  /** Gives a canary or shadow all the requests. */
  onPromote: (number: number) => void;
  /** Divides the requests anew. */
  onDivide: (shares: readonly Share[]) => void;
  /** Follows an alias, or none. */
  onFollow: (alias: Schemas['ModelAlias'] | null) => void;
}

export interface IModelsProps {
  model: EndpointModel;
  detail: Detail;
  actions: IModelsActions;
  trans: TranslationBundle;
}

/** The models behind the endpoint: who answers how much, who is only compared, and who answered before. */
export function Models(props: IModelsProps): React.JSX.Element {
  const { model, detail, actions, trans } = props;
  const { endpoint } = detail;
  const [division, setDivision] = useDivision(endpoint.traffic);
  return (
    <section className="jp-mlstudio-Models" aria-label={trans.__('Models and traffic')}>
      <header>
        <h3>{trans.__('Models and traffic')}</h3>
        <Button onClick={actions.onRoll} disabled={endpoint.rolling_to !== null}>
          {trans.__('Deploy another…')}
        </Button>
      </header>
      <Rolling detail={detail} trans={trans} />
      <Shares {...props} division={division} onChange={setDivision} />
      <Apply
        division={division}
        traffic={endpoint.traffic}
        onApply={() => actions.onDivide(division.shares)}
        onDiscard={() => setDivision(Division.of(endpoint.traffic))}
        trans={trans}
      />
      <Follow
        endpoint={endpoint}
        aliases={model.aliases}
        onFollow={actions.onFollow}
        trans={trans}
      />
      <Earlier {...props} division={division} onChange={setDivision} />
    </section>
  );
}

/** Keep a division while it is being changed; what the server changes takes its place. */
function useDivision(
  traffic: readonly Schemas['Share'][]
): [Division, React.Dispatch<React.SetStateAction<Division>>] {
  const [division, setDivision] = React.useState(() => Division.of(traffic));
  const served = JSON.stringify(traffic);
  const [takenFrom, setTakenFrom] = React.useState(served);
  if (takenFrom !== served) {
    setTakenFrom(served);
    setDivision(Division.of(traffic));
  }
  return [division, setDivision];
}

function Rolling({
  detail,
  trans
}: {
  detail: Detail;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { rolling_to, deployment } = detail.endpoint;
  return rolling_to ? (
    <div className="jp-mlstudio-Rolling" role="status">
      <progress aria-label={trans.__('Loading %1', rolling_to.label)} />
      <span>
        {deployment
          ? trans.__(
              '%1 is being loaded. %2 keeps answering until it is ready.',
              rolling_to.label,
              deployment.label
            )
          : trans.__('%1 is being loaded.', rolling_to.label)}
      </span>
    </div>
  ) : null;
}

interface IDividedProps extends IModelsProps {
  division: Division;
  onChange: (division: Division) => void;
}

function Shares(props: IDividedProps): React.JSX.Element {
  const { model, detail, division, onChange, actions, trans } = props;
  return (
    <>
      {division.names.map(name => (
        <div key={name} className="jp-mlstudio-Shares">
          {division.names.length > 1 ? (
            <h4>
              {name === '' ? trans.__('Asked without a name') : trans.__('Asked as %1', name)}
            </h4>
          ) : null}
          <ul>
            {division.shares
              .filter(share => share.model === name)
              .map(share => (
                <ShareRow
                  key={`${share.model} ${share.number}`}
                  share={share}
                  division={division}
                  detail={detail}
                  stats={model.stats}
                  origins={model.origins}
                  actions={actions}
                  onChange={onChange}
                  trans={trans}
                />
              ))}
          </ul>
        </div>
      ))}
    </>
  );
}

interface IApplyProps {
  division: Division;
  traffic: readonly Schemas['Share'][];
  onApply: () => void;
  onDiscard: () => void;
  trans: TranslationBundle;
}

function Apply(props: IApplyProps): React.JSX.Element | null {
  const { division, traffic, onApply, onDiscard, trans } = props;
  if (division.equals(Division.of(traffic))) {
    return null;
  }
  return (
    <div className="jp-mlstudio-Apply">
      <Button primary disabled={!division.works} onClick={onApply}>
        {trans.__('Apply')}
      </Button>
      <Button onClick={onDiscard}>{trans.__('Discard')}</Button>
      <span role="status">
        {division.works
          ? trans.__('Nothing changes for callers until you apply it.')
          : trans.__('Somebody has to answer: give a model more than 0%.')}
      </span>
    </div>
  );
}

function Earlier(props: IDividedProps): React.JSX.Element | null {
  const { model, detail, division, onChange, actions, trans } = props;
  const { endpoint } = detail;
  const out = endpoint.deployments.filter(
    ({ number }) =>
      number !== endpoint.rolling_to?.number &&
      !division.shares.some(share => share.number === number)
  );
  return out.length === 0 ? null : (
    <details className="jp-mlstudio-Earlier">
      <summary>{trans._n('One more deployment', '%1 more deployments', out.length)}</summary>
      <ul>
        {out.map(deployment => (
          <li key={deployment.number}>
            <Origin
              deployment={deployment}
              origin={model.origins.get(deployment.run_id ?? '')}
              actions={actions}
              trans={trans}
            />
            <time title={exactTime(deployment.created_at)}>{ago(deployment.created_at)}</time>
            <Button onClick={() => onChange(division.join(deployment.number, false))}>
              {trans.__('Canary')}
            </Button>
            <Button onClick={() => onChange(division.join(deployment.number, true))}>
              {trans.__('Shadow')}
            </Button>
            <Button
              title={trans.__('Give %1 all the requests', deployment.label)}
              onClick={() => actions.onRollBack(deployment)}
            >
              {deployment.number > (endpoint.deployment?.number ?? 0)
                ? trans.__('Put in service')
                : trans.__('Roll back')}
            </Button>
          </li>
        ))}
      </ul>
    </details>
  );
}
