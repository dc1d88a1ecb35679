import * as React from 'react';

import { messageOf } from '../ui';

/** What was asked for: the answer or why there is none; neither until one has come. */
export interface IAsked<T> {
  answer: T | null;
  failure: string | null;
}

/** Ask for something when a part of a view appears, and again when what it depends on has changed. */
export function useAsked<T>(
  ask: () => Promise<T | null>,
  dependencies: readonly unknown[]
): IAsked<T> {
  const [asked, setAsked] = React.useState<IAsked<T>>({ answer: null, failure: null });
  React.useEffect(() => {
    let isGone = false;
    setAsked({ answer: null, failure: null });
    ask().then(
      answer => !isGone && setAsked({ answer, failure: null }),
      error => !isGone && setAsked({ answer: null, failure: messageOf(error) })
    );
    return () => {
      isGone = true;
    };
  }, dependencies);
  return asked;
}
