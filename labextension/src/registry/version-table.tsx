import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ago, Button, CopyButton, exactTime, StateMark } from '../ui';
import type { ModelVersion, VersionsModel } from './versions';
import type { IModelActions } from './view';

export interface IVersionTableProps {
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

/** The versions of a registered model, the newest first; the one that is clicked is shown below. */
export function VersionTable({ model, actions, trans }: IVersionTableProps): React.JSX.Element {
  const { versions, chosen } = model;
  if (versions.length === 0) {
    return (
      <p className="jp-mlstudio-Hint">
        {trans.__('It has no version. Register the model of a run under this name to add one.')}
      </p>
    );
  }
  return (
    <table className="jp-mlstudio-VersionTable" aria-label={trans.__('Versions')}>
      <thead>
        <tr>
          <th className="jp-mod-numeric">{trans.__('Version')}</th>
          <th>{trans.__('Aliases')}</th>
          <th>{trans.__('Description')}</th>
          <th>{trans.__('Run')}</th>
          <th>{trans.__('Registered')}</th>
          <th aria-label={trans.__('Actions')} />
        </tr>
      </thead>
      <tbody>
        {versions.map(version => (
          <VersionRow
            key={version.version}
            version={version}
            isChosen={version.version === chosen?.version}
            onChoose={() => model.choose(version.version)}
            actions={actions}
            trans={trans}
          />
        ))}
      </tbody>
    </table>
  );
}

interface IVersionRowProps {
  version: ModelVersion;
  isChosen: boolean;
  onChoose: () => void;
  actions: IModelActions;
  trans: TranslationBundle;
}

function VersionRow(props: IVersionRowProps): React.JSX.Element {
  const { version, isChosen, onChoose, actions, trans } = props;
  const { run_id } = version;
  const { openRun } = actions;
  return (
    <tr aria-selected={isChosen} onClick={onChoose}>
      <td className="jp-mod-numeric">
        <button className="jp-mlstudio-Link" onClick={onChoose}>
          {version.version}
        </button>
      </td>
      <td>
        <Names version={version} trans={trans} />
      </td>
      <td className="jp-mlstudio-VersionTable-description" title={version.description}>
        {version.description}
      </td>
      <td>
        {run_id && openRun ? (
          <button className="jp-mlstudio-Link" title={run_id} onClick={() => openRun(run_id)}>
            {run_id.slice(0, 8)}
          </button>
        ) : (
          (run_id?.slice(0, 8) ?? '–')
        )}
      </td>
      <td>
        <time title={exactTime(version.created_at)}>{ago(version.created_at)}</time>
      </td>
      <td className="jp-mlstudio-VersionTable-actions">
        <Actions {...props} />
      </td>
    </tr>
  );
}

function Names(props: Pick<IVersionRowProps, 'version' | 'trans'>): React.JSX.Element {
  const { version, trans } = props;
  return (
    <>
      {version.aliases.map(alias => (
        <span key={alias} className="jp-mlstudio-Badge">
          {alias}
        </span>
      ))}
      {version.state === 'ready' ? null : (
        <StateMark
          state={version.state === 'pending' ? 'starting' : 'failed'}
          label={version.state === 'pending' ? trans.__('Being registered') : trans.__('Failed')}
        />
      )}
    </>
  );
}

function Actions({ version, actions, trans }: IVersionRowProps): React.JSX.Element {
  const { address, deploy } = actions;
  return (
    <>
      <CopyButton
        text={address(version)}
        label={trans.__('Copy address %1', address(version))}
        copiedLabel={trans.__('Copied')}
      />
      {deploy ? (
        <Button disabled={version.state !== 'ready'} onClick={() => deploy(version.version)}>
          {trans.__('Deploy…')}
        </Button>
      ) : null}
    </>
  );
}
