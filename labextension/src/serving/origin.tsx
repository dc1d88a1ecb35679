import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import type { IOrigin } from './endpoint';

/** Where a model's past can be looked up; null where there is no such place. */
export interface IOriginActions {
  readonly onOpenRun: ((runId: string) => void) | null;
  readonly onOpenModel: ((name: string, version: number) => void) | null;
  readonly onOpenNotebook: ((path: string) => void) | null;
}

export interface IOriginProps {
  deployment: Schemas['Deployment'];
  /** The run that trained it, if it is known. */
  origin: IOrigin | undefined;
  actions: IOriginActions;
  trans: TranslationBundle;
}

/** A model and the way back to where it came from: version, run, notebook. */
export function Origin({ deployment, origin, actions, trans }: IOriginProps): React.JSX.Element {
  const { model, run_id, label } = deployment;
  const notebook = origin?.notebook;
  return (
    <span className="jp-mlstudio-Origin">
      <Step
        text={label}
        hint={trans.__('Open the model')}
        open={
          model && actions.onOpenModel
            ? () => actions.onOpenModel?.(model.name, model.version)
            : null
        }
      />
      {run_id && actions.onOpenRun ? (
        <Step
          text={origin?.run ?? trans.__('run')}
          hint={trans.__('Open the run that trained it')}
          open={() => actions.onOpenRun?.(run_id)}
        />
      ) : null}
      {notebook && actions.onOpenNotebook ? (
        <Step
          text={notebook.split('/').pop() ?? notebook}
          hint={trans.__('Open %1', notebook)}
          open={() => actions.onOpenNotebook?.(notebook)}
        />
      ) : null}
    </span>
  );
}

function Step(props: { text: string; hint: string; open: (() => void) | null }): React.JSX.Element {
  return props.open ? (
    <button type="button" className="jp-mlstudio-Link" title={props.hint} onClick={props.open}>
      {props.text}
    </button>
  ) : (
    <span title={props.text}>{props.text}</span>
  );
}
