import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { ago } from '../ui';
import type { Candidates, ICandidate } from './candidates';
import type { Endpoint } from './model';

/** What the dialog answers. */
export interface IDeployChoice {
  readonly candidate: ICandidate;
  readonly endpoint: string;
  readonly port: number | null;
}

export interface IDeployFormOptions {
  candidates: Candidates;
  endpoints: readonly Endpoint[];
  /** The endpoint that gets the model; null lets the user name one. */
  endpoint: Endpoint | null;
  /** What is chosen at first. */
  chosen: ICandidate;
  trans: TranslationBundle;
}

/** The body of the dialog that puts a model behind an endpoint. */
export class DeployForm extends ReactWidget implements Dialog.IBodyWidget<IDeployChoice> {
  constructor(private readonly _options: IDeployFormOptions) {
    super();
    this.addClass('jp-mlstudio-DeployForm');
    const { chosen, endpoint } = _options;
    this._choice = {
      candidate: chosen,
      endpoint: endpoint?.name ?? endpointName(chosen.name),
      port: null
    };
  }

  getValue(): IDeployChoice {
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

  private _choice: IDeployChoice;
}

interface IDeployFieldsProps extends IDeployFormOptions {
  first: IDeployChoice;
  onChange: (choice: IDeployChoice) => void;
}

function DeployFields(props: IDeployFieldsProps): React.JSX.Element {
  const { candidates, endpoints, endpoint, first, onChange, trans } = props;
  const [choice, setChoice] = React.useState(first);
  const [named, setNamed] = React.useState(endpoint !== null);
  const change = (changed: Partial<IDeployChoice>): void => {
    setChoice({ ...choice, ...changed });
    onChange({ ...choice, ...changed });
  };
  const choose = (key: string): void => {
    const candidate = candidates.find(key);
    if (candidate) {
      change({ candidate, ...(named ? {} : { endpoint: endpointName(candidate.name) }) });
    }
  };
  return (
    <>
      <label>
        {trans.__('Model')}
        <select value={choice.candidate.key} onChange={event => choose(event.target.value)}>
          <Options label={trans.__('Registered models')} items={candidates.versions} />
          <Options label={trans.__('Models of runs')} items={candidates.runs} />
        </select>
      </label>
      {endpoint === null ? (
        <EndpointFields
          name={choice.endpoint}
          consequence={consequence(choice.endpoint, endpoints, trans)}
          onName={name => {
            setNamed(true);
            change({ endpoint: name });
          }}
          onPort={port => change({ port })}
          trans={trans}
        />
      ) : null}
    </>
  );
}

interface IEndpointFieldsProps {
  name: string;
  /** What will happen to the endpoint of this name. */
  consequence: string;
  onName: (name: string) => void;
  onPort: (port: number | null) => void;
  trans: TranslationBundle;
}

function EndpointFields(props: IEndpointFieldsProps): React.JSX.Element {
  const { name, onName, onPort, trans } = props;
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
      <p role="status">{props.consequence}</p>
      <details>
        <summary>{trans.__('More')}</summary>
        <label>
          {trans.__('Port')}
          <input
            type="number"
            min={1}
            max={65535}
            placeholder={trans.__('a free one')}
            onChange={event => onPort(Number(event.target.value) || null)}
          />
        </label>
      </details>
    </>
  );
}

function Options(props: { label: string; items: readonly ICandidate[] }): React.JSX.Element | null {
  return props.items.length === 0 ? null : (
    <optgroup label={props.label}>
      {props.items.map(({ key, label, createdAt }) => (
        <option key={key} value={key}>
          {createdAt === null ? label : `${label} · ${ago(createdAt)}`}
        </option>
      ))}
    </optgroup>
  );
}

/** Say what will happen to the endpoint of a name. */
export function consequence(
  name: string,
  endpoints: readonly Endpoint[],
  trans: TranslationBundle
): string {
  if (!new RegExp(`^${NAME}$`).test(name)) {
    return trans.__('Use letters, digits, - and _, and begin with a letter or a digit.');
  }
  const present = endpoints.find(endpoint => endpoint.name === name);
  if (!present) {
    return trans.__('A new endpoint starts on this machine.');
  }
  return present.state === 'ready'
    ? trans.__('This endpoint exists. It changes over to the model without losing a request.')
    : trans.__('This endpoint exists. It starts again with the model.');
}

/** Make a name for an endpoint out of the name of a model. */
export function endpointName(name: string): string {
  const made = name
    .normalize('NFKD')
    .replace(/[^A-Za-z0-9_-]+/g, '-')
    .replace(/^[-_]+|-+$/g, '');
  return made.slice(0, 63) || 'model';
}

const NAME = '[A-Za-z0-9][A-Za-z0-9_\\-]{0,62}';
