import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  downloadIcon,
  fileIcon,
  folderIcon
} from '@jupyterlab/ui-components';
import * as React from 'react';

import { bytes, registryIcon } from '../ui';
import { Preview } from './preview';
import type { Artifact, RunModel } from './run';

export interface IArtifactsProps {
  model: RunModel;
  trans: TranslationBundle;
  /** The address from which the browser saves an artifact as a file. */
  address: (path: string) => string;
}

/** What a run has kept, as a tree; a file that is chosen is shown below. */
export function Artifacts(props: IArtifactsProps): React.JSX.Element {
  const [chosen, choose] = React.useState<Artifact | null>(null);
  const { model, trans } = props;
  if ((model.folders.get('') ?? []).length === 0) {
    return <p className="jp-mlstudio-Hint">{trans.__('Nothing was kept.')}</p>;
  }
  return (
    <div className="jp-mlstudio-Artifacts">
      <ul role="tree" aria-label={trans.__('Artifacts')}>
        <Folder path="" depth={0} chosen={chosen} choose={choose} {...props} />
      </ul>
      {chosen ? <Preview key={chosen.path} artifact={chosen} model={model} trans={trans} /> : null}
    </div>
  );
}

interface IFolderProps extends IArtifactsProps {
  path: string;
  depth: number;
  chosen: Artifact | null;
  choose: (artifact: Artifact) => void;
}

function Folder({ path, ...rest }: IFolderProps): React.JSX.Element {
  const entries = rest.model.folders.get(path) ?? [];
  return (
    <>
      {entries.map(entry => (
        <Entry {...rest} key={entry.path} entry={entry} path={entry.path} />
      ))}
    </>
  );
}

function Entry(props: IFolderProps & { entry: Artifact }): React.JSX.Element {
  const { entry, depth, chosen, choose, model, trans, address } = props;
  const isFile = entry.kind === 'file';
  const isOpen = model.folders.has(entry.path);
  const Icon = { file: fileIcon, folder: folderIcon, model: registryIcon }[entry.kind];
  const Caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <>
      <li
        role="treeitem"
        aria-expanded={isFile ? undefined : isOpen}
        aria-selected={chosen?.path === entry.path}
        style={{ paddingLeft: depth * 16 }}
      >
        <button
          type="button"
          onClick={() => (isFile ? choose(entry) : void model.toggleFolder(entry.path))}
        >
          {isFile ? (
            <span className="jp-mlstudio-Artifacts-gap" />
          ) : (
            <Caret.react tag="span" elementSize="small" />
          )}
          <Icon.react tag="span" elementSize="small" />
          <span>{entry.name}</span>
        </button>
        {isFile ? (
          <>
            <small>{bytes(entry.size ?? 0)}</small>
            <a
              href={address(entry.path)}
              download={entry.name}
              title={trans.__('Save %1', entry.name)}
              aria-label={trans.__('Save %1', entry.name)}
            >
              <downloadIcon.react tag="span" elementSize="small" />
            </a>
          </>
        ) : null}
      </li>
      {isOpen ? <Folder {...props} depth={depth + 1} /> : null}
    </>
  );
}
