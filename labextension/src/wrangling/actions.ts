import type { TranslationBundle } from '@jupyterlab/translation';

import type { WrangleModel } from './model';

/** What the view asks of JupyterLab around it. */
export interface IWranglingActions {
  /** Put a program into the notebook. */
  insertCode(model: WrangleModel): Promise<void>;
  /** Ask for a name and write the recipe. */
  save(model: WrangleModel): Promise<void>;
  /** Ask for a name and write the whole result. */
  run(model: WrangleModel): Promise<void>;
  /** Write a copy of the recipe under another name, and open it beside this one. */
  branch(model: WrangleModel): Promise<void>;
  /** Ask for a name and write the report as a page. */
  exportReport(model: WrangleModel): Promise<void>;
  /** Let somebody choose a data file; answers its path from the project folder. */
  pickPath(): Promise<string | null>;
}

/** What every part of the view is given. */
export interface IPartProps {
  model: WrangleModel;
  trans: TranslationBundle;
}
