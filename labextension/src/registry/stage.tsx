import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { STAGES } from './versions';

/** What a stage is called on the screen. */
export function stageLabel(stage: string, trans: TranslationBundle): string {
  const usual: Record<string, string> = {
    '': trans.__('None'),
    development: trans.__('Development'),
    staging: trans.__('Staging'),
    production: trans.__('Production'),
    archived: trans.__('Archived')
  };
  return usual[stage] ?? stage;
}

/** A stage with its colour; nothing for a version without one. */
export function StageMark(props: {
  stage: string;
  trans: TranslationBundle;
}): React.JSX.Element | null {
  const { stage, trans } = props;
  return stage === '' ? null : (
    <span className="jp-mlstudio-Stage" data-stage={stage}>
      {stageLabel(stage, trans)}
    </span>
  );
}

export interface IStageFieldProps {
  stage: string;
  label: string;
  onChange: (stage: string | null) => void;
  trans: TranslationBundle;
}

/** A choice among the usual stages, and the one that the version has. */
export function StageField({ stage, label, onChange, trans }: IStageFieldProps): React.JSX.Element {
  const stages = [...new Set(['', ...STAGES, stage])];
  return (
    <select
      className="jp-mlstudio-Select"
      aria-label={label}
      value={stage}
      onChange={event => onChange(event.target.value || null)}
    >
      {stages.map(each => (
        <option key={each} value={each}>
          {stageLabel(each, trans)}
        </option>
      ))}
    </select>
  );
}
