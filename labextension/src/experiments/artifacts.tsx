import {
  caretDownIcon,
  caretRightIcon,
  downloadIcon,
  fileIcon,
  folderIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { bytes, Empty, Failure, Loading, registryIcon } from '../ui';
import type { Artifact, ArtifactsModel } from './artifact-model';
import type { IRunActions } from './detail';
import { Preview } from './preview';

export interface IArtifactsProps {
  model: ArtifactsModel;
  actions: Pick<IRunActions, 'address' | 'wrangle'>;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** What a run has kept, as a tree; what is chosen is shown beside it. */
export function Artifacts(props: IArtifactsProps): React.JSX.Element {
  React.useEffect(() => void props.model.refresh(), [props.model]);
  return <UseSignal signal={props.model.stateChanged}>{() => <Shown {...props} />}</UseSignal>;
}

function Shown(props: IArtifactsProps): React.JSX.Element {
  const { model, trans } = props;
  const entries = model.folders.get('');
  if (model.failure !== null && entries === undefined) {
    return (
      <Failure
        message={model.failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => void model.refresh()}
      />
    );
  }
  if (entries === undefined) {
    return <Loading label={trans.__('Loading the artifacts')} rows={5} />;
  }
  if (entries.length === 0) {
    return (
      <Empty title={trans.__('No artifacts')}>
        {trans.__(
          'Files that a run keeps are shown here: run.log_figure(…), run.log_artifact(…), run.log_model(…).'
        )}
      </Empty>
    );
  }
  return (
    <div className="jp-mlstudio-Artifacts">
      <ul role="tree" aria-label={trans.__('Artifacts')} onKeyDown={walk}>
        <Folder {...props} path="" depth={0} />
      </ul>
      <div className="jp-mlstudio-Artifacts-preview">
        {model.failure !== null ? <Failure message={model.failure} /> : null}
        {model.chosen ? (
          <Preview {...props} key={model.chosen.path} artifact={model.chosen} />
        ) : (
          <p className="jp-mlstudio-Hint">{trans.__('Choose a file to look into it.')}</p>
        )}
      </div>
    </div>
  );
}

interface IFolderProps extends IArtifactsProps {
  path: string;
  depth: number;
}

const MANY = 500;

function Folder({ path, ...rest }: IFolderProps): React.JSX.Element {
  const entries = rest.model.folders.get(path) ?? [];
  const [shown, show] = React.useState(MANY);
  return (
    <>
      {entries.slice(0, shown).map(entry => (
        <Entry {...rest} key={entry.path} entry={entry} path={entry.path} />
      ))}
      {entries.length > shown ? (
        <li role="none">
          <button type="button" onClick={() => show(shown + MANY)}>
            {rest.trans.__('Show more of %1', entries.length.toLocaleString())}
          </button>
        </li>
      ) : null}
    </>
  );
}

function Entry(props: IFolderProps & { entry: Artifact }): React.JSX.Element {
  const { entry, depth, model } = props;
  const isFile = entry.kind === 'file';
  const isOpen = model.folders.has(entry.path);
  const isChosen = model.chosen?.path === entry.path;
  const Icon = { file: fileIcon, folder: folderIcon, model: registryIcon }[entry.kind];
  const Caret = isOpen ? caretDownIcon : caretRightIcon;
  const press = (): void => {
    if (entry.kind !== 'folder') {
      model.chosen = entry;
    }
    if (!isFile && !(entry.kind === 'model' && isOpen && !isChosen)) {
      void model.toggle(entry.path);
    }
  };
  return (
    <>
      <li
        role="treeitem"
        aria-expanded={isFile ? undefined : isOpen}
        aria-selected={isChosen}
        aria-level={depth + 1}
        style={{ paddingInlineStart: depth * 16 }}
      >
        <button type="button" title={entry.name} onClick={press}>
          {isFile ? (
            <span className="jp-mlstudio-Artifacts-gap" />
          ) : (
            <Caret.react tag="span" elementSize="small" />
          )}
          <Icon.react tag="span" elementSize="small" />
          <span>{entry.name}</span>
        </button>
        {isFile ? <Save {...props} /> : null}
      </li>
      {isOpen ? <Folder {...props} depth={depth + 1} /> : null}
    </>
  );
}

function Save(props: IFolderProps & { entry: Artifact }): React.JSX.Element {
  const { entry, actions, model, trans } = props;
  const label = trans.__('Save %1', entry.name);
  return (
    <>
      <small>{entry.size === null ? '' : bytes(entry.size)}</small>
      <a
        href={actions.address(model.id, entry.path)}
        download={entry.name}
        title={label}
        aria-label={label}
      >
        <downloadIcon.react tag="span" elementSize="small" />
      </a>
    </>
  );
}

/** Go through the tree with the arrow keys: right opens a folder, left closes it. */
function walk(event: React.KeyboardEvent<HTMLUListElement>): void {
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>('li > button')];
  const place = buttons.findIndex(button => button === document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const current = buttons[place];
  const isOpen = current?.parentElement?.getAttribute('aria-expanded');
  if (step !== undefined) {
    buttons[place + step]?.focus();
  } else if (
    (event.key === 'ArrowRight' && isOpen === 'false') ||
    (event.key === 'ArrowLeft' && isOpen === 'true')
  ) {
    current?.click();
  } else {
    return;
  }
  event.preventDefault();
}
