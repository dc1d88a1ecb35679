import { act } from 'react';

// What JupyterLab's modules expect of a browser at import and jsdom does not have.
class Observer {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
  takeRecords(): [] {
    return [];
  }
}

Object.assign(globalThis, {
  DragEvent: class extends Event {},
  ResizeObserver: Observer,
  IntersectionObserver: Observer,
  IS_REACT_ACT_ENVIRONMENT: true,
  // JupyterLab's widgets draw when the browser has time; `act` waits for what they draw.
  requestIdleCallback: (draw: () => void) => setTimeout(() => act(draw)),
  cancelIdleCallback: (id: number) => clearTimeout(id)
});

window.matchMedia = (media: string) =>
  Object.assign(new EventTarget(), {
    media,
    matches: false,
    onchange: null,
    addListener: () => {},
    removeListener: () => {}
  }) as MediaQueryList;
