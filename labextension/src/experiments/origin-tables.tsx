import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { cut } from './detail-values';
import type { IOriginProps } from './origin';

/** The data that a run was made from, beside what they are now. */
export function OriginData({ origin, trans }: IOriginProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-PartsTable">
      <table>
        <thead>
          <tr>
            <th>{trans.__('Data')}</th>
            <th>{trans.__('Digest')}</th>
            <th>{trans.__('Today')}</th>
            <th>{trans.__('From')}</th>
          </tr>
        </thead>
        <tbody>
          {origin.datasets.map(({ name, context, digest, now, source, state, stale }) => (
            <tr key={`${name} ${context ?? ''} ${digest}`}>
              <td>{context ? `${name} (${context})` : name}</td>
              <td>
                <code title={digest}>{cut(digest, 12)}</code>
              </td>
              <td title={now ?? undefined}>
                <Now state={state} isStale={stale} trans={trans} />
              </td>
              <td title={source}>{cut(source, 80)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** The files of the project whose code the run used. */
export function OriginFiles({ origin, actions, trans }: IOriginProps): React.JSX.Element {
  const role = {
    script: trans.__('script'),
    module: trans.__('imported'),
    recipe: trans.__('recipe')
  };
  return (
    <div className="jp-mlstudio-PartsTable">
      <table>
        <thead>
          <tr>
            <th>{trans.__('File')}</th>
            <th>{trans.__('Used as')}</th>
            <th>{trans.__('Today')}</th>
          </tr>
        </thead>
        <tbody>
          {origin.files.map(({ path, role: used, state }) => (
            <tr key={path}>
              <td>
                <button
                  type="button"
                  className="jp-mlstudio-Link"
                  disabled={state === 'gone'}
                  onClick={() => actions.openFile(path)}
                >
                  {path}
                </button>
              </td>
              <td>{role[used]}</td>
              <td>
                <Now state={state} isStale={state === 'changed'} trans={trans} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

interface INowProps {
  state: Schemas['NowState'];
  isStale: boolean;
  trans: TranslationBundle;
}

/** How a thing is today, beside how it was. */
export function Now({ state, isStale, trans }: INowProps): React.JSX.Element {
  const label = {
    same: trans.__('the same'),
    changed: trans.__('changed'),
    gone: trans.__('gone'),
    unknown: trans.__('not known')
  }[state];
  return <em className={isStale ? 'jp-mlstudio-StaleMark' : 'jp-mlstudio-NowMark'}>{label}</em>;
}
