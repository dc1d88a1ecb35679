import * as React from 'react';

export interface IFailureProps {
  /** What happened and what to do, as a sentence. */
  message: string;
  /** The label of the button that tries again. */
  retryLabel?: string;
  /** Tries again. */
  onRetry?: () => void;
  /** What only somebody who looks for the cause needs, such as a traceback. */
  details?: string;
  /** The label of the fold with the details. */
  detailsLabel?: string;
}

/** What a view shows in place of what it could not get. */
export function Failure(props: IFailureProps): React.JSX.Element {
  const { message, retryLabel, onRetry, details, detailsLabel } = props;
  return (
    <div className="jp-mlstudio-Failure" role="alert">
      <p>{message}</p>
      {onRetry ? (
        <button className="jp-mlstudio-Button" onClick={onRetry}>
          {retryLabel}
        </button>
      ) : null}
      {details ? (
        <details>
          <summary>{detailsLabel}</summary>
          <pre>{details}</pre>
        </details>
      ) : null}
    </div>
  );
}

/** Take the sentence for the user out of whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
