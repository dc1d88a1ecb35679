import type { ServerConnection } from '@jupyterlab/services';
import type { SidePanel } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';
import type { ISignal } from '@lumino/signaling';

import type { Api, Changed } from './api';

/** What every part of the studio stands on, and what other extensions may use. */
export interface IStudio {
  /** The typed client of the HTTP API. */
  readonly api: Api;
  /** Says what changed, whoever changed it; ask the API for what it is now. */
  readonly changed: ISignal<object, Changed>;
  /** The connection to the Jupyter server, for addresses. */
  readonly serverSettings: ServerConnection.ISettings;
}

export const IStudio = new Token<IStudio>(
  'jupyter-mlstudio:IStudio',
  'The API client of ML Studio, and the signal that something it keeps has changed.'
);

/** The sidebar panel with the endpoints; other features add their sections to it. */
export type IServingPanel = SidePanel;

export const IServingPanel = new Token<IServingPanel>(
  'jupyter-mlstudio:IServingPanel',
  'The sidebar panel with the endpoints, to which sections can be added.'
);
