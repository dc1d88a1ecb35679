import { VDomModel } from '@jupyterlab/ui-components';

import type { Api } from '../api';
import type { FormSchema } from '../ui';
import type { ReadyMade, Template } from './workflow-types';

/** What can be put into workflows. */
export class WorkflowCatalogue extends VDomModel {
  /** The ready-made nodes. */
  get palette(): readonly ReadyMade[] {
    return this._palette;
  }

  /** The workflows that one can begin with. */
  get templates(): readonly Template[] {
    return this._templates;
  }

  /** JSON schema of the file. */
  get schema(): FormSchema {
    return this._schema;
  }

  /** Ask for them. */
  async readPalette(api: Api): Promise<void> {
    try {
      const { data } = await api.GET('/jobs/workflows/palette');
      this._palette = data?.items ?? [];
      this._templates = data?.templates ?? [];
      this._schema = (data?.file_schema ?? {}) as FormSchema;
      this.stateChanged.emit();
    } catch {
      // The notebooks and functions of the palette are there without it.
    }
  }

  private _palette: readonly ReadyMade[] = [];
  private _templates: readonly Template[] = [];
  private _schema: FormSchema = {};
}
