import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Candidates, ICandidate } from './candidates';
import { choiceOf, endpointName, isEndpointName, NAME, type IChoice } from './choice';
import { More, PartFields } from './deploy-more';
import type { Endpoint } from './model';
import { Serverless } from './serverless';
import { SourceFields } from './source-fields';

export interface IDeployFormOptions {
  candidates: Candidates;
  endpoints: readonly Endpoint[];
  /** The endpoint that gets the model; null lets the user name one. */
  endpoint: Endpoint | null;
  /** What is chosen at first; null if the project has no model yet. */
  chosen: ICandidate | null;
  trans: TranslationBundle;
}

/** The body of the dialog that puts a model behind an endpoint. */
export class DeployForm extends ReactWidget implements Dialog.IBodyWidget<IChoice> {
  constructor(private readonly _options: IDeployFormOptions) {
    super();
    this.addClass('jp-mlstudio-DeployForm');
    this._choice = choiceOf(_options.chosen, _options.endpoint);
  }

  getValue(): IChoice {
    return this._choice;
  }

  protected render(): React.JSX.Element {
    return (
      <DeployFields
        {...this._options}
        first={this._choice}
        onChange={choice => {
          this._choice = choice;
        }}
      />
    );
  }

  private _choice: IChoice;
}

interface IDeployFieldsProps extends IDeployFormOptions {
  first: IChoice;
  onChange: (choice: IChoice) => void;
}

/** The fields of the dialog. */
export function DeployFields(props: IDeployFieldsProps): React.JSX.Element {
  const { candidates, endpoints, endpoint, first, onChange, trans } = props;
  const [choice, setChoice] = React.useState(first);
  const [named, setNamed] = React.useState(endpoint !== null);
  const change = (changed: Partial<IChoice>): void => {
    const next = { ...choice, ...changed };
    const name = next.origin === 'file' ? lastOf(next.folder) : (next.candidate?.name ?? '');
    const renamed =
      named || changed.endpoint !== undefined ? next : { ...next, endpoint: endpointName(name) };
    setChoice(renamed);
    onChange(renamed);
  };
  const present = endpoint ?? endpoints.find(({ name }) => name === choice.endpoint);
  return (
    <>
      <SourceFields candidates={candidates} choice={choice} onChange={change} trans={trans} />
      {endpoint === null ? (
        <Name
          name={choice.endpoint}
          endpoints={endpoints}
          onName={name => {
            setNamed(true);
            change({ endpoint: name });
          }}
          trans={trans}
        />
      ) : null}
      {present ? (
        <PartFields choice={choice} present={present} onChange={change} trans={trans} />
      ) : (
        <Serverless
          serverless={choice.serverless}
          onChange={serverless => change({ serverless })}
          trans={trans}
        />
      )}
      <More choice={choice} isNew={present === undefined} onChange={change} trans={trans} />
    </>
  );
}

interface INameProps {
  name: string;
  endpoints: readonly Endpoint[];
  onName: (name: string) => void;
  trans: TranslationBundle;
}

function Name({ name, endpoints, onName, trans }: INameProps): React.JSX.Element {
  return (
    <>
      <label>
        {trans.__('Endpoint')}
        <input
          type="text"
          required
          maxLength={63}
          pattern={NAME}
          title={trans.__('Letters, digits, - and _; begins with a letter or a digit.')}
          value={name}
          onChange={event => onName(event.target.value)}
        />
      </label>
      <p role="status">{consequence(name, endpoints, trans)}</p>
    </>
  );
}

/** Say what will happen to the endpoint of a name. */
export function consequence(
  name: string,
  endpoints: readonly Endpoint[],
  trans: TranslationBundle
): string {
  if (!isEndpointName(name)) {
    return trans.__('Use letters, digits, - and _, and begin with a letter or a digit.');
  }
  const present = endpoints.find(endpoint => endpoint.name === name);
  if (!present) {
    return trans.__('A new endpoint starts on this machine.');
  }
  return present.state === 'ready' || present.state === 'asleep'
    ? trans.__('This endpoint exists. It changes over to the model without losing a request.')
    : trans.__('This endpoint exists. It starts again with the model.');
}

function lastOf(path: string): string {
  return path.replace(/\/+$/, '').split('/').pop() ?? '';
}
