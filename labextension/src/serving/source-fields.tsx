import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ago, Chips } from '../ui';
import type { Candidates, ICandidate } from './candidates';
import { withOrigin, type IChoice, type Origin } from './choice';

export interface ISourceFieldsProps {
  candidates: Candidates;
  choice: IChoice;
  onChange: (changed: Partial<IChoice>) => void;
  trans: TranslationBundle;
}

/** Choose a model: of the registry, of a run, or a file. */
export function SourceFields(props: ISourceFieldsProps): React.JSX.Element {
  const { candidates, choice, onChange, trans } = props;
  return (
    <>
      <Chips<Origin>
        label={trans.__('Where the model comes from')}
        value={choice.origin}
        onChange={origin => onChange(withOrigin(choice, origin, candidates))}
        options={[
          { value: 'registry', label: trans.__('Registry') },
          { value: 'run', label: trans.__('Run') },
          { value: 'file', label: trans.__('File') }
        ]}
      />
      {choice.origin === 'file' ? <Folder {...props} /> : <Choose {...props} />}
      {choice.origin === 'registry' ? <Alias {...props} /> : null}
    </>
  );
}

function Choose({ candidates, choice, onChange, trans }: ISourceFieldsProps): React.JSX.Element {
  const offered = choice.origin === 'registry' ? candidates.versions : candidates.runs;
  if (offered.length === 0) {
    return (
      <p>
        {choice.origin === 'registry'
          ? trans.__('No model is registered yet. Register the model of a run, or deploy the run.')
          : trans.__('No run has logged a model yet. Log one with run.log_model(…) in a notebook.')}
      </p>
    );
  }
  return (
    <label>
      {trans.__('Model')}
      <select
        value={choice.candidate?.key ?? ''}
        onChange={({ target }) =>
          onChange({ candidate: candidates.find(target.value) ?? null, follow: '' })
        }
      >
        {offered.map(candidate => (
          <option key={candidate.key} value={candidate.key}>
            {described(candidate)}
          </option>
        ))}
      </select>
    </label>
  );
}

function described({ label, createdAt, aliases }: ICandidate): string {
  return [label, ...aliases, ...(createdAt === null ? [] : [ago(createdAt)])].join(' · ');
}

function Alias({ choice, onChange, trans }: ISourceFieldsProps): React.JSX.Element | null {
  const aliases = choice.candidate?.aliases ?? [];
  return aliases.length === 0 ? null : (
    <label>
      {trans.__('Follow an alias')}
      <select value={choice.follow} onChange={({ target }) => onChange({ follow: target.value })}>
        <option value="">{trans.__('No: stay with this version')}</option>
        {aliases.map(alias => (
          <option key={alias} value={alias}>
            {trans.__('%1: whenever it moves to another version, that one takes over', alias)}
          </option>
        ))}
      </select>
    </label>
  );
}

function Folder({ choice, onChange, trans }: ISourceFieldsProps): React.JSX.Element {
  return (
    <>
      <label>
        {trans.__('Model folder or file')}
        <input
          type="text"
          required
          placeholder={trans.__('models/late-flights')}
          value={choice.folder}
          onChange={({ target }) => onChange({ folder: target.value })}
        />
      </label>
      <p>
        {trans.__(
          'A path from the project folder. A model from elsewhere may be a pickle, which can run code with your rights as soon as it is loaded: you are asked whether you trust it first. ONNX, skops, safetensors and the formats of XGBoost and LightGBM hold no code and load freely.'
        )}
      </p>
    </>
  );
}
