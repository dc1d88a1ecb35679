import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ago, Button, Chips, CopyButton, exactTime, number, StateMark } from '../ui';
import type { IModelActions } from './actions';
import { stageLabel, StageMark } from './stage';
import { STAGE, type ModelVersion, type Overview, type VersionsModel } from './versions';

export interface IVersionTableProps {
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

/** The versions of a registered model, the newest first; the one that is clicked is shown below. */
export function VersionTable(props: IVersionTableProps): React.JSX.Element {
  const { model, trans } = props;
  const { versions, shown, chosen, overview } = model;
  if (versions.length === 0) {
    return (
      <p className="jp-mlstudio-Hint">
        {trans.__('It has no version. Register the model of a run under this name to add one.')}
      </p>
    );
  }
  const known = new Map((overview?.items ?? []).map(item => [item.version, item]));
  return (
    <div className="jp-mlstudio-Versions">
      <StageFilter model={model} trans={trans} />
      <table
        className="jp-mlstudio-VersionTable"
        aria-label={trans.__('Versions')}
        onKeyDown={onArrows}
      >
        <Head {...props} />
        <tbody>
          {shown.map(version => (
            <VersionRow
              key={version.version}
              version={version}
              known={known.get(version.version)}
              isChosen={version.version === chosen?.version}
              {...props}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function StageFilter(props: Pick<IVersionTableProps, 'model' | 'trans'>): React.JSX.Element | null {
  const { model, trans } = props;
  const stages = [...new Set(model.versions.map(({ tags }) => tags[STAGE] ?? ''))].filter(Boolean);
  return stages.length === 0 && model.stage === '' ? null : (
    <Chips
      label={trans.__('Stage')}
      value={model.stage}
      onChange={stage => {
        model.stage = stage;
      }}
      options={[
        { value: '', label: trans.__('All') },
        ...[...new Set([...stages, model.stage])]
          .filter(Boolean)
          .map(stage => ({ value: stage, label: stageLabel(stage, trans) }))
      ]}
    />
  );
}

function Head({ model, trans }: IVersionTableProps): React.JSX.Element {
  return (
    <thead>
      <tr>
        <th aria-label={trans.__('Compare')} />
        <th className="jp-mod-numeric">{trans.__('Version')}</th>
        <th>{trans.__('Aliases')}</th>
        <th>{trans.__('Stage')}</th>
        <th className="jp-mod-numeric">
          <MetricField model={model} trans={trans} />
        </th>
        <th data-column="run">{trans.__('Run')}</th>
        <th data-column="time">{trans.__('Registered')}</th>
        <th data-column="served">{trans.__('Served by')}</th>
        <th aria-label={trans.__('Actions')} />
      </tr>
    </thead>
  );
}

function MetricField(props: Pick<IVersionTableProps, 'model' | 'trans'>): React.JSX.Element | null {
  const { model, trans } = props;
  const { overview } = model;
  return overview === null || overview.metrics.length === 0 ? null : (
    <select
      className="jp-mlstudio-Select"
      aria-label={trans.__('Metric that is shown')}
      value={overview.metric ?? ''}
      onChange={event => void model.measure(event.target.value)}
    >
      {overview.metrics.map(metric => (
        <option key={metric}>{metric}</option>
      ))}
    </select>
  );
}

interface IVersionRowProps extends IVersionTableProps {
  version: ModelVersion;
  known: Overview | undefined;
  isChosen: boolean;
}

function VersionRow(props: IVersionRowProps): React.JSX.Element {
  const { version, known, isChosen, model, trans } = props;
  const choose = (): void => model.choose(version.version);
  return (
    <tr aria-selected={isChosen} onClick={choose}>
      <td onClick={event => event.stopPropagation()}>
        <input
          type="checkbox"
          aria-label={trans.__('Compare version %1', version.version)}
          checked={model.marked.includes(version.version)}
          onChange={event => model.mark(version.version, event.target.checked)}
        />
      </td>
      <td className="jp-mod-numeric">
        <button type="button" className="jp-mlstudio-Link" onClick={choose}>
          {version.version}
        </button>
      </td>
      <td>
        <Names version={version} trans={trans} />
      </td>
      <td>
        <StageMark stage={version.tags[STAGE] ?? ''} trans={trans} />
      </td>
      <td className="jp-mod-numeric">{measured(known)}</td>
      <RunCell {...props} />
      <td data-column="time">
        <time title={exactTime(version.created_at)}>{ago(version.created_at)}</time>
      </td>
      <ServedCell {...props} />
      <td className="jp-mlstudio-VersionTable-actions" onClick={event => event.stopPropagation()}>
        <Actions {...props} />
      </td>
    </tr>
  );
}

function measured(known: Overview | undefined): string {
  const value = known?.value ?? null;
  return typeof value === 'string' ? value : number(value);
}

function RunCell({ version, known, actions }: IVersionRowProps): React.JSX.Element {
  const { run_id } = version;
  const { openRun } = actions;
  const name = known?.run_name || run_id?.slice(0, 8);
  return (
    <td data-column="run">
      {run_id && openRun ? (
        <button
          type="button"
          className="jp-mlstudio-Link"
          title={run_id}
          onClick={() => openRun(run_id)}
        >
          {name}
        </button>
      ) : (
        (name ?? '–')
      )}
    </td>
  );
}

function ServedCell({ known, actions }: IVersionRowProps): React.JSX.Element {
  const { openEndpoint } = actions;
  return (
    <td data-column="served">
      {(known?.served_by ?? []).map(({ id, name, state }) => (
        <button
          key={id}
          type="button"
          className="jp-mlstudio-Link"
          disabled={openEndpoint === null}
          onClick={() => openEndpoint?.(id)}
        >
          <StateMark state={state} label={name} />
        </button>
      ))}
    </td>
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

function Actions({ version, model, actions, trans }: IVersionRowProps): React.JSX.Element {
  const { address, deploy } = actions;
  return (
    <>
      <CopyButton
        text={address(version)}
        label={trans.__('Copy address %1', address(version))}
        copiedLabel={trans.__('Copied')}
      />
      {deploy ? (
        <Button
          disabled={version.state !== 'ready'}
          onClick={() => deploy(model.name, version.version)}
        >
          {trans.__('Deploy…')}
        </Button>
      ) : null}
    </>
  );
}

/** Go from version to version with the arrow keys. */
function onArrows(event: React.KeyboardEvent<HTMLTableElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const target = event.target as HTMLElement;
  if (step === undefined || target.tagName === 'SELECT') {
    return;
  }
  const links = [
    ...event.currentTarget.querySelectorAll<HTMLElement>('td:nth-child(2) > .jp-mlstudio-Link')
  ];
  const here = links.findIndex(link => link.closest('tr') === target.closest('tr'));
  const next = links[here + step];
  if (next) {
    next.focus();
    next.click();
    event.preventDefault();
  }
}
