import { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, messageOf } from '../ui';
import type { Candidates } from './candidates';
import type { Endpoint } from './model';
import type { ITransformChoice } from './transform-choice';

export interface ITransformFormOptions {
  candidates: Candidates;
  endpoints: readonly Endpoint[];
  first: ITransformChoice;
  /** Lists the columns of a file. */
  columns: (path: string) => Promise<readonly string[]>;
  /** Lets the user choose a file; null if they do not. */
  pickFile: (() => Promise<string | null>) | null;
  trans: TranslationBundle;
}

/** The body of the dialog that sends a whole file of rows through a model. */
export class TransformForm extends ReactWidget implements Dialog.IBodyWidget<ITransformChoice> {
  constructor(private readonly _options: ITransformFormOptions) {
    super();
    this.addClass('jp-mlstudio-DeployForm');
    this._choice = _options.first;
  }

  getValue(): ITransformChoice {
    return this._choice;
  }

  protected render(): React.JSX.Element {
    return (
      <TransformFields
        {...this._options}
        onChange={choice => {
          this._choice = choice;
        }}
      />
    );
  }

  private _choice: ITransformChoice;
}

/** The fields of the dialog. */
export function TransformFields(
  props: ITransformFormOptions & { onChange: (choice: ITransformChoice) => void }
): React.JSX.Element {
  const { first, onChange, trans } = props;
  const [choice, setChoice] = React.useState(first);
  const change = (changed: Partial<ITransformChoice>): void => {
    setChoice({ ...choice, ...changed });
    onChange({ ...choice, ...changed });
  };
  return (
    <>
      <Source {...props} choice={choice} onChange={change} />
      <Model {...props} choice={choice} onChange={change} />
      <Carry {...props} choice={choice} onChange={change} />
      <label>
        {trans.__('Answers go to')}
        <input
          type="text"
          placeholder={trans.__('a Parquet file beside the rows')}
          value={choice.output}
          onChange={({ target }) => change({ output: target.value })}
        />
      </label>
      <label>
        {trans.__('What to ask for')}
        <select value={choice.method} onChange={({ target }) => change({ method: target.value })}>
          <option value="">{trans.__('what the model answers by itself')}</option>
          <option value="predict_proba">
            {trans.__('probabilities, a column for each class')}
          </option>
        </select>
      </label>
      <p>{trans.__('It runs as a job, and goes on where it was if it is interrupted.')}</p>
    </>
  );
}

interface IPartProps extends Omit<ITransformFormOptions, 'first'> {
  choice: ITransformChoice;
  onChange: (changed: Partial<ITransformChoice>) => void;
}

function Source({ choice, onChange, pickFile, trans }: IPartProps): React.JSX.Element {
  const pick = async (): Promise<void> => {
    const source = (await pickFile?.()) ?? null;
    if (source !== null) {
      onChange({ source, carry: [] });
    }
  };
  return (
    <label>
      {trans.__('Rows')}
      <span className="jp-mlstudio-PathField">
        <input
          type="text"
          required
          placeholder={trans.__('data/new.parquet')}
          value={choice.source}
          onChange={({ target }) => onChange({ source: target.value, carry: [] })}
        />
        {pickFile ? <Button onClick={() => void pick()}>{trans.__('Browse…')}</Button> : null}
      </span>
    </label>
  );
}

function Model({ choice, candidates, endpoints, onChange, trans }: IPartProps): React.JSX.Element {
  const all = [...candidates.versions, ...candidates.runs];
  const choose = (value: string): void => {
    const endpoint = endpoints.find(({ id }) => value === `endpoint ${id}`);
    onChange(
      endpoint
        ? { endpoint: endpoint.name }
        : { endpoint: '', candidate: candidates.find(value) ?? null }
    );
  };
  const served = endpoints.find(({ name }) => name === choice.endpoint);
  if (all.length + endpoints.length === 0) {
    return <p role="alert">{trans.__('There is no model yet. Log one in a notebook first.')}</p>;
  }
  return (
    <label>
      {trans.__('Model')}
      <select
        value={served ? `endpoint ${served.id}` : (choice.candidate?.key ?? '')}
        onChange={({ target }) => choose(target.value)}
      >
        <Group
          label={trans.__('Endpoints')}
          items={endpoints.map(({ id, name }) => ({ key: `endpoint ${id}`, label: name }))}
        />
        <Group label={trans.__('Registered models')} items={candidates.versions} />
        <Group label={trans.__('Models of runs')} items={candidates.runs} />
      </select>
    </label>
  );
}

function Group(props: {
  label: string;
  items: readonly { key: string; label: string }[];
}): React.JSX.Element | null {
  return props.items.length === 0 ? null : (
    <optgroup label={props.label}>
      {props.items.map(({ key, label }) => (
        <option key={key} value={key}>
          {label}
        </option>
      ))}
    </optgroup>
  );
}

const PAUSE = 400;

function Carry({ choice, columns, onChange, trans }: IPartProps): React.JSX.Element {
  const [names, setNames] = React.useState<readonly string[]>([]);
  const [problem, setProblem] = React.useState('');
  const { source, carry } = choice;
  React.useEffect(() => {
    let wanted = true;
    setNames([]);
    setProblem('');
    const timer = setTimeout(() => {
      if (source.trim() !== '') {
        columns(source.trim()).then(
          found => wanted && setNames(found),
          (error: unknown) => wanted && setProblem(messageOf(error))
        );
      }
    }, PAUSE);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [source]);
  const toggle = (name: string, on: boolean): void =>
    onChange({ carry: on ? [...carry, name] : carry.filter(other => other !== name) });
  return (
    <fieldset className="jp-mlstudio-Masked">
      <legend>{trans.__('Columns to write beside the answers')}</legend>
      {names.length === 0 ? (
        <span className="jp-mlstudio-Quiet" role={problem ? 'alert' : undefined}>
          {problem || trans.__('They appear here when the rows are chosen.')}
        </span>
      ) : null}
      {names.map(name => (
        <label key={name} title={name}>
          <input
            type="checkbox"
            checked={carry.includes(name)}
            onChange={({ target }) => toggle(name, target.checked)}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}
