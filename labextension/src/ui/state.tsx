import * as React from 'react';

/** The states that jobs, runs and endpoints can be in; each has one look everywhere. */
export type State = string;

/** A dot in the colour of a state, with its name for everybody who cannot see colour. */
export function StateMark({ state, label }: { state: State; label: string }): React.JSX.Element {
  return (
    <span className="jp-mlstudio-StateMark" data-state={state} title={label}>
      <span className="jp-mlstudio-StateMark-dot" aria-hidden />
      <span className="jp-mlstudio-StateMark-label">{label}</span>
    </span>
  );
}

export interface IEmptyProps {
  /** What this place is for, in a few words. */
  title: string;
  /** What will be here, and how it gets here. */
  children?: React.ReactNode;
  /** The first action. */
  action?: React.ReactNode;
}

/** What a list shows before there is anything in it. */
export function Empty({ title, children, action }: IEmptyProps): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Empty">
      <h3>{title}</h3>
      {children ? <p>{children}</p> : null}
      {action}
    </div>
  );
}

/** Grey bars in the place of what is still on its way; they appear only after 200 ms. */
export function Loading({ label, rows = 6 }: { label: string; rows?: number }): React.JSX.Element {
  return (
    <div className="jp-mlstudio-Loading" role="status" aria-label={label}>
      {Array.from({ length: rows }, (_, row) => (
        <span key={row} className="jp-mlstudio-Loading-bar" />
      ))}
    </div>
  );
}
