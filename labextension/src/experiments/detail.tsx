import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { VDomRenderer } from '@jupyterlab/ui-components';
import type { ISignal } from '@lumino/signaling';
import * as React from 'react';

import type { Api, Changed } from '../api';
import { Failure, Loading, TabBar } from '../ui';
import type { ArtifactsModel } from './artifact-model';
import { Artifacts } from './artifacts';
import { Head } from './detail-head';
import { Overview } from './detail-overview';
import { OriginView } from './origin';
import type { RunActions } from './run-actions';
import type { Run, RunModel } from './run';

/** What can be done with a run, as its details use it. */
export type IRunActions = Pick<RunActions, keyof RunActions>;

/** What the details of a run are given beside the run. */
export interface IDetailOptions {
  artifacts: ArtifactsModel;
  actions: IRunActions;
  api: Api;
  changed: ISignal<object, Changed>;
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** What every part of the details is given. */
export interface IPartProps extends IDetailOptions {
  model: RunModel;
  run: Run;
}

type Part = 'overview' | 'artifacts' | 'origin';

/** Everything about one run. */
export class RunDetail extends VDomRenderer<RunModel> {
  constructor(
    model: RunModel,
    private readonly _options: IDetailOptions
  ) {
    super(model);
    this.addClass('jp-mlstudio-RunDetail');
  }

  override dispose(): void {
    if (!this.isDisposed) {
      const { model } = this;
      super.dispose();
      model.dispose();
      this._options.artifacts.dispose();
    }
  }

  /** Take note of a change. */
  note(change: Changed): void {
    this.model.note(change);
    this._options.artifacts.note(change);
  }

  /** Look again whether the result still holds: files change without an event. */
  protected override onAfterShow(): void {
    if (this.model.run) {
      void this.model.refresh();
    }
  }

  protected render(): React.JSX.Element {
    const { model, _options: options } = this;
    const { trans } = options;
    const { run, failure } = model;
    if (failure !== null && run === null) {
      return (
        <Failure
          message={failure}
          retryLabel={trans.__('Retry')}
          onRetry={() => void model.refresh()}
        />
      );
    }
    if (run === null) {
      return <Loading label={trans.__('Loading the run')} rows={10} />;
    }
    return <Detail {...options} model={model} run={run} />;
  }
}

function Detail(props: IPartProps): React.JSX.Element {
  const { run, trans } = props;
  const [part, show] = React.useState<Part>('overview');
  return (
    <article aria-label={run.name}>
      <Head {...props} />
      <TabBar<Part>
        label={trans.__('Parts of the run')}
        value={part}
        onChange={show}
        tabs={[
          { value: 'overview', label: trans.__('Overview') },
          { value: 'artifacts', label: trans.__('Artifacts') },
          { value: 'origin', label: trans.__('Origin') }
        ]}
      />
      {part === 'overview' ? <Overview {...props} onOrigin={() => show('origin')} /> : null}
      {part === 'artifacts' ? <Artifacts {...props} model={props.artifacts} /> : null}
      {part === 'origin' ? <OriginView {...props} /> : null}
    </article>
  );
}
