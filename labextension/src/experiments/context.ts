import type { IJupyterWidgetRegistry } from '@jupyter-widgets/base';
import type { ILayoutRestorer, JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IStudio } from '../tokens';
import type { ITracker } from './notebook';

/** What every part of the feature is given when the plugin starts. */
export interface IExperimentsContext {
  readonly app: JupyterFrontEnd;
  readonly studio: IStudio;
  readonly trans: TranslationBundle;
  readonly rendermime: IRenderMimeRegistry;
  /** Begins runs in the notebook in front. */
  readonly tracker: ITracker;
  readonly settings: Promise<ISettingRegistry.ISettings | null>;
  readonly palette: ICommandPalette | null;
  readonly restorer: ILayoutRestorer | null;
  readonly notebooks: INotebookTracker | null;
  readonly widgets: IJupyterWidgetRegistry | null;
  /** Show everything about a run, in a tab of its own. */
  readonly openRun: (id: string) => void;
}
