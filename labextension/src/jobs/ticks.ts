import * as React from 'react';

/** Draw again in intervals, so that times run on; null for not at all. */
export function useTicks(interval: number | null): void {
  const [, draw] = React.useState(0);
  React.useEffect(() => {
    const timer = interval === null ? undefined : setInterval(() => draw(Date.now()), interval);
    return () => clearInterval(timer);
  }, [interval]);
}
