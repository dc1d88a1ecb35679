import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { bytes, CopyButton, Failure, Loading } from '../ui';
import type { ArtifactsModel, ModelDescription } from './artifact-model';
import { useAsked } from './asked';
import { PreviewTable } from './preview-table';
import { Code } from './rendered';

export interface IModelCardProps {
  /** The folder of the model among the run's artifacts. */
  path: string;
  name: string;
  /** The address that MLflow loads it from; null where it has none of its own. */
  uri: string | null;
  model: ArtifactsModel;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** What a saved model tells of itself. Nothing of it is loaded. */
export function ModelCard(props: IModelCardProps): React.JSX.Element {
  const { path, name, uri, model, trans } = props;
  const { answer, failure } = useAsked(() => model.describe(path), [path]);
  return (
    <section className="jp-mlstudio-SavedModel" aria-label={trans.__('Model %1', name)}>
      <h3>
        {name}
        {uri ? (
          <CopyButton
            text={uri}
            label={trans.__('Copy the address that MLflow loads it from')}
            copiedLabel={trans.__('Copied')}
          />
        ) : null}
      </h3>
      {failure !== null ? <Failure message={failure} /> : null}
      {answer ? <Described {...props} told={answer} /> : null}
      {answer === null && failure === null ? (
        <Loading label={trans.__('Loading %1', name)} rows={3} />
      ) : null}
    </section>
  );
}

function Described(props: IModelCardProps & { told: ModelDescription }): React.JSX.Element {
  const { told, rendermime, trans } = props;
  const facts = [
    told.version ?? told.flavors.join(', '),
    told.python ? trans.__('Python %1', told.python) : '',
    told.size === null ? '' : bytes(told.size)
  ];
  return (
    <>
      <p className="jp-mlstudio-Hint">{facts.filter(Boolean).join(' · ')}</p>
      <Fields title={trans.__('Takes')} fields={told.inputs} trans={trans} />
      <Fields title={trans.__('Answers')} fields={told.outputs} trans={trans} />
      <Fields title={trans.__('Can be set')} fields={told.params} trans={trans} />
      {told.inputs.length === 0 ? (
        <p className="jp-mlstudio-Hint">
          {trans.__('It has no signature. Log it with an input example to get one.')}
        </p>
      ) : null}
      {told.example ? (
        <details>
          <summary>{trans.__('Input example')}</summary>
          {told.example.table ? (
            <PreviewTable table={told.example.table} name={told.example.name} trans={trans} />
          ) : (
            <Code rendermime={rendermime} text={told.example.text ?? ''} language="json" />
          )}
        </details>
      ) : null}
      {told.requirements.length > 0 ? (
        <details>
          <summary>{trans.__('Packages')}</summary>
          <pre className="jp-mlstudio-RunCode">{told.requirements.join('\n')}</pre>
        </details>
      ) : null}
    </>
  );
}

const FIELDS = 30;

interface IFieldsProps {
  title: string;
  fields: readonly Schemas['ModelField'][];
  trans: TranslationBundle;
}

function Fields({ title, fields, trans }: IFieldsProps): React.JSX.Element | null {
  const [isWhole, showWhole] = React.useState(false);
  const shown = isWhole ? fields : fields.slice(0, FIELDS);
  return fields.length === 0 ? null : (
    <dl className="jp-mlstudio-ModelFields" aria-label={title}>
      <dt>{title}</dt>
      <dd>
        {shown.map((field, index) => (
          <span key={index}>
            {field.name ? <code>{field.name}</code> : null} {field.type}
            {field.required ? '' : ` (${trans.__('optional')})`}
            {field.default === null ? '' : ` = ${field.default}`}
          </span>
        ))}
        {shown.length < fields.length ? (
          <button type="button" className="jp-mlstudio-Link" onClick={() => showWhole(true)}>
            {trans.__('Show all %1', fields.length.toLocaleString())}
          </button>
        ) : null}
      </dd>
    </dl>
  );
}
