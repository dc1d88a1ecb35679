import { LabIcon } from '@jupyterlab/ui-components';

const svg = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="16" height="16" viewBox="0 0 16 16">${body}</svg>`;

const icon = (name: string, body: string): LabIcon =>
  new LabIcon({ name: `jupyter-mlstudio:${name}`, svgstr: svg(body) });

/** A table with a funnel over it: data being wrangled. */
export const wranglingIcon = icon(
  'wrangling',
  '<path class="jp-icon3" fill="#616161" d="M1.5 2h13v2h-13zM1.5 5.2h3.4v3.4H1.5zM5.9 5.2h4.2v3.4H5.9zM11.1 5.2h3.4v2.2h-3.4zM1.5 9.6h3.4V13H1.5zM5.9 9.6h2.6V13H5.9zM9.4 8.6h6.2l-2.3 2.9v2.6l-1.6.9v-3.5z"/>'
);

/** Three rising dots joined by a line: runs that get better. */
export const experimentsIcon = icon(
  'experiments',
  '<path class="jp-icon3" fill="#616161" d="M1 1.5h1.4v11.6H15v1.4H1z"/><path class="jp-icon3" fill="#616161" d="M4.6 9.2a1.5 1.5 0 1 1 1.4 1.2l-.4-.05L4.4 11 3.9 10zM8.6 7.6l2-2.1 1 .95-2 2.1z"/><circle class="jp-icon3" fill="#616161" cx="5" cy="9.8" r="1.5"/><circle class="jp-icon3" fill="#616161" cx="8.4" cy="8" r="1.5"/><circle class="jp-icon3" fill="#616161" cx="12.2" cy="4.4" r="1.7"/><path class="jp-icon3" fill="#616161" d="M5.4 9.1l2.7-1.6.5 1-2.7 1.6z"/>'
);

/** A page with a play sign: a notebook that runs by itself. */
export const jobsIcon = icon(
  'jobs',
  '<path class="jp-icon3" fill="#616161" d="M3 1h7l3 3v3.2a4.9 4.9 0 0 0-1.3-.2V4.8H9.2V2.3H4.3v11.4h2.9c.2.5.5.9.8 1.3H3z"/><path class="jp-icon3" fill="#616161" d="M11.5 8a3.75 3.75 0 1 1 0 7.5 3.75 3.75 0 0 1 0-7.5zm-1.1 1.9v3.7l3-1.85z"/>'
);

/** A plug into the network: a model that answers. */
export const servingIcon = icon(
  'serving',
  '<path class="jp-icon3" fill="#616161" d="M8 1.2 14 4.6v6.8L8 14.8 2 11.4V4.6zm0 1.6L4.2 5 8 7.2 11.8 5zM3.4 6.2v4.4l3.9 2.2V8.4zm9.2 0L8.7 8.4v4.4l3.9-2.2z"/>'
);

/** A box with a ribbon: a model that is kept by name. */
export const registryIcon = icon(
  'registry',
  '<path class="jp-icon3" fill="#616161" d="M1.5 3h13v3h-1v7.5h-11V6h-1zm1.4 1.3v.5h10.2v-.5zM4 6.1v6.1h8V6.1zm2 1.2h4v1.3H6z"/>'
);

/** A curve under a magnifying glass: live data being watched. */
export const monitoringIcon = icon(
  'monitoring',
  '<path class="jp-icon3" fill="#616161" d="M6.8 1.2a5.6 5.6 0 1 0 3.4 10.05l3.5 3.5 1.05-1.05-3.5-3.5A5.6 5.6 0 0 0 6.8 1.2zm0 1.5a4.1 4.1 0 1 1 0 8.2 4.1 4.1 0 0 1 0-8.2z"/><path class="jp-icon3" fill="#616161" d="M3.4 7.3h1.5l1.1-2.6 1.6 4 1-1.9h1.6v1H9.2L7.5 10.7 6 7.1l-.5 1.2H3.4z"/>'
);
