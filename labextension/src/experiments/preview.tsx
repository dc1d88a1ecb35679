import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Failure, Loading, messageOf } from '../ui';
import { readTable } from './csv';
import type { Artifact, RunModel } from './run';

const PICTURES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  svg: 'image/svg+xml'
};
const TABLES = ['csv', 'tsv'];
const PAGES = ['html', 'htm'];
const SHOWN_TEXT = 200_000;
const SHOWN_ROWS = 200;

export interface IPreviewProps {
  artifact: Artifact;
  model: RunModel;
  trans: TranslationBundle;
}

type Content = { kind: 'picture' | 'page' | 'text' | 'table' | 'none'; text: string };

/** The content of an artifact: a picture, a table, a page, or text. */
export function Preview({ artifact, model, trans }: IPreviewProps): React.JSX.Element {
  const [content, setContent] = React.useState<Content | null>(null);
  const [failure, setFailure] = React.useState<string | null>(null);
  React.useEffect(() => {
    let isGone = false;
    let address = '';
    model
      .read(artifact.path)
      .then(blob => contentOf(artifact.name, blob))
      .then(found => {
        address = found.kind === 'picture' ? found.text : '';
        if (!isGone) {
          setContent(found);
        }
      })
      .catch(error => !isGone && setFailure(messageOf(error)));
    return () => {
      isGone = true;
      URL.revokeObjectURL(address);
    };
  }, [artifact.path]);
  if (failure !== null) {
    return <Failure message={failure} />;
  }
  return content ? (
    <Shown content={content} name={artifact.name} trans={trans} />
  ) : (
    <Loading label={trans.__('Loading %1', artifact.name)} rows={4} />
  );
}

interface IShownProps {
  content: Content;
  name: string;
  trans: TranslationBundle;
}

function Shown({ content, name, trans }: IShownProps): React.JSX.Element {
  const { kind, text } = content;
  switch (kind) {
    case 'picture':
      return <img className="jp-mlstudio-Preview" src={text} alt={name} />;
    case 'page': // nothing in it can run or reach anything
      return <iframe className="jp-mlstudio-Preview" sandbox="" srcDoc={text} title={name} />;
    case 'table':
      return <Table rows={readTable(text, SHOWN_ROWS)} name={name} />;
    case 'text':
      return <pre className="jp-mlstudio-Preview">{text || trans.__('The file is empty.')}</pre>;
    case 'none':
      return (
        <p className="jp-mlstudio-Hint">
          {trans.__('This kind of file has no preview. Save it to open it.')}
        </p>
      );
  }
}

function Table({ rows, name }: { rows: readonly string[][]; name: string }): React.JSX.Element {
  const [head, ...body] = rows;
  return (
    <div className="jp-mlstudio-Preview jp-mod-table" tabIndex={0} role="region" aria-label={name}>
      <table>
        <thead>
          <tr>
            {head?.map((cell, column) => (
              <th key={column}>{cell}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {body.map((row, index) => (
            <tr key={index}>
              {row.map((cell, column) => (
                <td key={column}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

async function contentOf(name: string, blob: Blob): Promise<Content> {
  const ending = name.split('.').pop()?.toLowerCase() ?? '';
  const picture = PICTURES[ending];
  if (picture) {
    const typed = new Blob([blob], { type: picture });
    return { kind: 'picture', text: URL.createObjectURL(typed) };
  }
  if (!blob.type.startsWith('text/')) {
    return { kind: 'none', text: '' };
  }
  const text = await blob.text();
  if (PAGES.includes(ending)) {
    return { kind: 'page', text };
  }
  if (TABLES.includes(ending)) {
    return { kind: 'table', text };
  }
  return { kind: 'text', text: readable(ending, text).slice(0, SHOWN_TEXT) };
}

function readable(ending: string, text: string): string {
  try {
    return ending === 'json' ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    return text; // it only calls itself JSON
  }
}
