import * as React from 'react';

import type { Schemas } from '../api';
import { Button } from '../ui';
import type { IPartProps } from './actions';

interface IProgressProps extends IPartProps {
  /** The verb that is waited for. */
  verb: string;
  label: string;
  onStop?: () => void;
}

/** How far a long verb is, with a button that stops it. */
export function ProgressLine(props: IProgressProps): React.JSX.Element {
  const { model, trans, verb, label, onStop } = props;
  const [now, setNow] = React.useState<Schemas['Progress'] | null>(null);
  const session = model.opening.session;
  React.useEffect(() => {
    const hear = (_: unknown, progress: Schemas['Progress']): void => {
      if (progress.verb === verb) {
        setNow(progress);
      }
    };
    session?.progress.connect(hear);
    return () => void session?.progress.disconnect(hear);
  }, [session, verb]);
  const known = now !== null && now.done >= 0;
  return (
    <div className="jp-mlstudio-Wrangling-progress" role="status">
      <progress aria-label={label} {...(known ? { value: now.done, max: 1 } : {})} />
      <span>{now?.message ? now.message : label}</span>
      {onStop ? <Button onClick={onStop}>{trans.__('Stop')}</Button> : null}
    </div>
  );
}
