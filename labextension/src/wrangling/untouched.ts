import type { Contents } from '@jupyterlab/services';

/** The content provider that our document factory asks for. */
export const PROVIDER = 'jupyter-mlstudio:untouched';

/**
 * Gives documents without their content, and never writes them. The kernel reads the file, however large it is; and what
 * JupyterLab has in memory, which is nothing, cannot be saved over somebody's data.
 */
export class UntouchedProvider {
  constructor(private readonly _drive: Contents.IDrive) {}

  async get(localPath: string): Promise<Contents.IModel> {
    const model = await this._drive.get(localPath, { content: false });
    return { ...model, writable: false };
  }

  save(): Promise<Contents.IModel> {
    return Promise.reject(new Error('The data file itself is not changed here.'));
  }
}
