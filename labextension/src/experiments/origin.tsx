import * as React from 'react';

import { CopyButton, Failure, Loading } from '../ui';
import type { IPartProps } from './detail';
import { Section } from './detail-parts';
import { Values } from './detail-values';
import { Cells } from './origin-cells';
import { OriginData, OriginFiles } from './origin-tables';
import { Code } from './rendered';
import type { Origin } from './run';

export interface IOriginProps extends IPartProps {
  origin: Origin;
}

/** Where a run comes from: its cells in their order, the packages, the commit, the data, and what has changed. */
export function OriginView(props: IPartProps): React.JSX.Element {
  const { model, trans } = props;
  const { origin, originFailure } = model;
  if (originFailure !== null && origin === null) {
    return (
      <Failure
        message={originFailure}
        retryLabel={trans.__('Retry')}
        onRetry={() => void model.refresh()}
      />
    );
  }
  if (origin === null) {
    return <Loading label={trans.__('Loading the origin')} rows={8} />;
  }
  return (
    <div className="jp-mlstudio-RunOrigin">
      <Standing {...props} origin={origin} />
      <Where {...props} origin={origin} />
      <Section title={trans.__('Cells in the order they ran')} count={origin.cells.length}>
        <Cells {...props} origin={origin} />
      </Section>
      <Section title={trans.__('Data')} count={origin.datasets.length}>
        <OriginData {...props} origin={origin} />
      </Section>
      <Section title={trans.__('Files of the project')} count={origin.files.length}>
        <OriginFiles {...props} origin={origin} />
      </Section>
      <Git {...props} origin={origin} />
      <Environment {...props} origin={origin} />
    </div>
  );
}

/** Whether the result still holds, and what else there is to know. */
function Standing(props: IOriginProps): React.JSX.Element {
  const { origin, trans } = props;
  const { stale, notes, missing, snapshot } = origin;
  return (
    <>
      {stale.length > 0 ? (
        <div className="jp-mlstudio-Stale" role="note">
          <strong>{trans.__('Stale')}</strong>
          <Sentences of={stale} />
        </div>
      ) : (
        <p className="jp-mlstudio-Hint">
          {snapshot === null
            ? trans.__('The cells of this run were not kept.')
            : trans.__('Nothing that the result depends on has changed since.')}
        </p>
      )}
      <Sentences of={[...notes, ...missing]} />
    </>
  );
}

function Sentences({ of }: { of: readonly string[] }): React.JSX.Element | null {
  return of.length === 0 ? null : (
    <ul>
      {of.map(sentence => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

function Where({ origin, run, actions, trans }: IOriginProps): React.JSX.Element {
  const { notebook, notebook_now: now, script, recipe } = origin;
  const parameters = Object.entries(origin.parameters).map(([name, value]) => ({
    name,
    value: JSON.stringify(value)
  }));
  const file = (name: string, path: string, isThere: boolean): React.JSX.Element => (
    <div>
      <dt>{name}</dt>
      <dd>
        {isThere ? (
          <button type="button" className="jp-mlstudio-Link" onClick={() => actions.openFile(path)}>
            {path}
          </button>
        ) : (
          path
        )}
      </dd>
    </div>
  );
  return (
    <>
      <div className="jp-mlstudio-Values">
        <dl>
          {notebook ? file(trans.__('Notebook'), now ?? notebook, now !== null) : null}
          {script ? file(trans.__('Script'), script, !script.startsWith('/')) : null}
          {recipe ? file(trans.__('Recipe'), recipe, true) : null}
          <div>
            <dt>{trans.__('Run id')}</dt>
            <dd>
              <code>{run.id}</code>
            </dd>
          </div>
        </dl>
      </div>
      <Section title={trans.__('Parameters of the notebook')} count={parameters.length}>
        <Values values={parameters} label={trans.__('Parameters')} trans={trans} />
      </Section>
    </>
  );
}

const COMMIT = 10;

function Git({ origin, rendermime, trans }: IOriginProps): React.JSX.Element | null {
  const { git } = origin;
  if (git === null) {
    return null;
  }
  const facts = [
    { name: trans.__('Commit'), value: git.commit },
    { name: trans.__('Branch'), value: git.branch },
    { name: trans.__('Repository'), value: git.remote },
    { name: trans.__('Commit today'), value: git.now === git.commit ? null : git.now }
  ].flatMap(({ name, value }) => (value ? [{ name, value }] : []));
  return (
    <Section
      title={trans.__('Git %1', git.commit?.slice(0, COMMIT) ?? '')}
      count={git.changed.length}
      always
      folded
    >
      <Values values={facts} label={trans.__('Git')} trans={trans} />
      {git.changed.length > 0 ? (
        <>
          <p className="jp-mlstudio-Hint">{trans.__('Changed files that were not committed:')}</p>
          <Sentences of={git.changed} />
        </>
      ) : null}
      {git.patch ? <Code rendermime={rendermime} text={git.patch} language="diff" /> : null}
    </Section>
  );
}

function Environment({ origin, trans }: IOriginProps): React.JSX.Element | null {
  const { environment } = origin;
  if (environment === null) {
    return null;
  }
  const { python, implementation, platform, kernel, executable, packages, variables } = environment;
  const facts = [
    { name: trans.__('Python'), value: `${implementation} ${python}` },
    { name: trans.__('Machine'), value: platform },
    { name: trans.__('Kernel'), value: kernel ?? '' },
    { name: trans.__('Interpreter'), value: executable },
    ...Object.entries(variables).map(([name, value]) => ({ name, value }))
  ].filter(({ value }) => value !== '');
  const listed = packages.map(({ name, version }) => ({ name, value: version }));
  const pinned = packages.map(({ name, version }) => `${name}==${version}`).join('\n');
  return (
    <Section title={trans.__('Environment')} count={packages.length} always folded>
      <Values values={facts} label={trans.__('Environment')} trans={trans} />
      <p className="jp-mlstudio-Hint">
        {trans.__('Packages')}{' '}
        <CopyButton
          text={pinned}
          label={trans.__('Copy the packages as pip takes them')}
          copiedLabel={trans.__('Copied')}
        />
      </p>
      <Values values={listed} label={trans.__('Packages')} trans={trans} />
    </Section>
  );
}
