import * as React from 'react';

const INTERVAL = 10_000;

/** Draw again now and then, so that times run on. */
export function useTicks(): void {
  const [, draw] = React.useState(0);
  React.useEffect(() => {
    const timer = setInterval(() => draw(Date.now()), INTERVAL);
    return () => clearInterval(timer);
  }, []);
}
