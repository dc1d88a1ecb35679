import { LabIcon } from '@jupyterlab/ui-components';

const icon = (name: string, body: string): LabIcon =>
  new LabIcon({
    name: `jupyter-mlstudio:${name}`,
    svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${body}</svg>`
  });

const path = (d: string): string => `<path class="jp-icon3" fill="#616161" d="${d}"/>`;

/** Three boxes that follow from one another. */
export const workflowIcon = icon(
  'workflow',
  path(
    'M1 2h5v4.2H4.2v1.6c0 .9.5 1.4 1.4 1.4H9V7.6h6v4.8H9v-1.6H5.6c-1.9 0-3-1.2-3-3V6.2H1zm1.3 1.3v1.6h2.4V3.3zM10.3 9v2.1h3.4V9zM8.2 2h6.2v3.6H8.2zm1.3 1.3v1h3.6v-1z'
  )
);

/** A line. */
export const minusIcon = icon('minus', path('M3 7.2h10v1.6H3z'));

/** Four corners. */
export const fitIcon = icon(
  'fit',
  path(
    'M2 2h4.2v1.5H3.5v2.7H2zm7.8 0H14v4.2h-1.5V3.5H9.8zM2 9.8h1.5v2.7h2.7V14H2zm10.5 0H14V14H9.8v-1.5h2.7z'
  )
);

/** A drawer with a plus. */
export const paletteIcon = icon(
  'workflow-palette',
  path(
    'M1.5 2.5h13v11h-13zm1.4 1.4v8.2h2.7V3.9zm4.1 0v8.2h6.1V3.9zm2.4 1.9h1.3v1.5h1.5v1.3h-1.5v1.5H9.4V8.6H7.9V7.3h1.5z'
  )
);

/** Two links of a chain: a value that comes from somewhere else. */
export const linkIcon = icon(
  'link',
  path(
    'M6.9 9.1a.7.7 0 0 1-1 1 3.1 3.1 0 0 1 0-4.4l2-2a3.1 3.1 0 0 1 4.4 4.4l-1.1 1.1a.7.7 0 1 1-1-1l1.1-1.1a1.7 1.7 0 0 0-2.4-2.4l-2 2a1.7 1.7 0 0 0 0 2.4zM9.1 6.9a.7.7 0 0 1 1-1 3.1 3.1 0 0 1 0 4.4l-2 2a3.1 3.1 0 0 1-4.4-4.4l1.1-1.1a.7.7 0 1 1 1 1L4.7 8.9a1.7 1.7 0 0 0 2.4 2.4l2-2a1.7 1.7 0 0 0 0-2.4z'
  )
);
