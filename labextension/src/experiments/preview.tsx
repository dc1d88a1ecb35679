import * as React from 'react';

import { Button, bytes, CopyButton, Failure, Loading } from '../ui';
import type { Artifact, ArtifactPreview } from './artifact-model';
import type { IArtifactsProps } from './artifacts';
import { useAsked } from './asked';
import { JsonTree } from './preview-json';
import { ModelCard } from './preview-model';
import { NotebookPreview } from './preview-notebook';
import { Page } from './preview-page';
import { Raw } from './preview-raw';
import { PreviewTable } from './preview-table';
import { Code, Markdown } from './rendered';

export interface IPreviewProps extends IArtifactsProps {
  artifact: Artifact;
}

/** What is in an artifact, as far as it can be shown. */
export function Preview(props: IPreviewProps): React.JSX.Element {
  const { artifact } = props;
  return artifact.kind === 'model' ? (
    <ModelCard
      {...props}
      path={artifact.path}
      name={artifact.name}
      uri={`models:/${artifact.path}`}
    />
  ) : (
    <FilePreview {...props} />
  );
}

function FilePreview(props: IPreviewProps): React.JSX.Element {
  const { artifact, model, trans } = props;
  const { answer, failure } = useAsked(() => model.look(artifact.path), [artifact.path]);
  if (failure !== null) {
    return <Failure message={failure} />;
  }
  return answer === null ? (
    <Loading label={trans.__('Loading %1', artifact.name)} rows={4} />
  ) : (
    <section aria-label={artifact.name}>
      <PreviewHead {...props} preview={answer} />
      <Content {...props} preview={answer} />
    </section>
  );
}

export interface IContentProps extends IPreviewProps {
  preview: ArtifactPreview;
}

function PreviewHead(props: IContentProps): React.JSX.Element {
  const { preview, actions, model, trans } = props;
  const { wrangle } = actions;
  return (
    <header className="jp-mlstudio-PreviewHead">
      <strong title={preview.path}>{preview.name}</strong>
      <small>{bytes(preview.size)}</small>
      <CopyButton
        text={preview.location ?? preview.path}
        label={preview.location ? trans.__('Copy the path of the file') : trans.__('Copy the path')}
        copiedLabel={trans.__('Copied')}
      />
      {preview.kind === 'table' && wrangle ? (
        <Button onClick={() => void wrangle(model.id, preview.path)}>
          {trans.__('Open in Wrangle')}
        </Button>
      ) : null}
      <SaveLink {...props} />
    </header>
  );
}

function SaveLink({ preview, actions, model, trans }: IContentProps): React.JSX.Element {
  return (
    <a
      className="jp-mlstudio-Button"
      href={actions.address(model.id, preview.path)}
      download={preview.name}
    >
      {trans.__('Save')}
    </a>
  );
}

function Content(props: IContentProps): React.JSX.Element {
  const { preview, trans } = props;
  if (preview.kind === 'binary') {
    return (
      <p className="jp-mlstudio-Hint">
        {trans.__('This kind of file has no preview. Save it to open it.')}
      </p>
    );
  }
  if (preview.cut && preview.text === null) {
    return (
      <p className="jp-mlstudio-Hint">
        {trans.__('With %1 it is too large to be shown. Save it to open it.', bytes(preview.size))}
      </p>
    );
  }
  if (preview.size === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('The file is empty.')}</p>;
  }
  return (
    <>
      <Kind {...props} />
      {preview.cut ? (
        <p className="jp-mlstudio-Hint">
          {trans.__('Only its beginning is shown. Save it to see all of it.')}
        </p>
      ) : null}
    </>
  );
}

function Kind(props: IContentProps): React.JSX.Element {
  const { preview, rendermime, trans } = props;
  const text = preview.text ?? '';
  switch (preview.kind) {
    case 'page':
      return <Page html={text} name={preview.name} trans={trans} />;
    case 'table':
      return preview.table ? (
        <PreviewTable table={preview.table} name={preview.name} trans={trans} />
      ) : (
        <pre className="jp-mlstudio-RunCode">{text}</pre>
      );
    case 'json':
      return <JsonTree text={text} name={preview.name} trans={trans} />;
    case 'markdown':
      return <Markdown rendermime={rendermime} text={text} />;
    case 'notebook':
      return <NotebookPreview text={text} rendermime={rendermime} trans={trans} />;
    case 'code':
      return <Code rendermime={rendermime} text={text} language={preview.language} />;
    case 'text':
      return <pre className="jp-mlstudio-RunCode">{text}</pre>;
    default:
      return <Raw {...props} />;
  }
}
