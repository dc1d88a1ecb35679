import type { Contents } from '@jupyterlab/services';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import { DATA_FILE } from './dialogs';
import type { Frame, Notebooks } from './frames';
import type { Recipe } from './recipes';

export type SavedRecipe = Schemas['RecipeSummary'];

/** A data file of the folder that the file browser shows. */
export interface IDataFile {
  path: string;
  name: string;
  size: number | null;
}

export interface IDataModelOptions {
  api: Api;
  contents: Contents.IManager;
  notebooks: Notebooks | null;
  /** The folder that the file browser shows. */
  folder: () => string;
}

// Files that mostly hold something else than a table; “Open file…” and “Open With” take them.
const OTHER = /\.(txt|json)$/i;

/** What there is to wrangle: DataFrames of the current notebook, data files of the current folder, saved recipes. */
export class DataModel {
  constructor(private readonly _options: IDataModelOptions) {
    _options.notebooks?.changed.connect(() => this._changed.emit());
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** The notebook whose DataFrames are listed. */
  get notebook(): string | null {
    return this._options.notebooks?.current?.panel.context.path ?? null;
  }

  /** Whether the notebook's kernel cannot tell its DataFrames because the studio is not installed there. */
  get lacksPackage(): boolean {
    return this._options.notebooks?.current?.lacksPackage ?? false;
  }

  get frames(): readonly Frame[] {
    return this._options.notebooks?.current?.items ?? [];
  }

  /** Null while they are on their way. */
  get files(): readonly IDataFile[] | null {
    return this._files;
  }

  get recipes(): readonly SavedRecipe[] | null {
    return this._recipes;
  }

  get problem(): string | null {
    return this._problem;
  }

  /** Look at files and recipes again. */
  async refresh(): Promise<void> {
    try {
      [this._files, this._recipes] = await Promise.all([this._listFiles(), this._listRecipes()]);
      this._problem = null;
    } catch (error) {
      this._problem = messageOf(error);
    }
    this._changed.emit();
  }

  private async _listFiles(): Promise<readonly IDataFile[]> {
    const { contents, folder } = this._options;
    const { content } = await contents.get(folder(), { content: true });
    const models = content as readonly Contents.IModel[];
    return models
      .filter(({ type, name }) => type === 'file' && DATA_FILE.test(name) && !OTHER.test(name))
      .map(({ path, name, size }) => ({ path: contents.localPath(path), name, size: size ?? null }))
      .sort((one, other) => one.name.localeCompare(other.name));
  }

  private async _listRecipes(): Promise<readonly SavedRecipe[]> {
    const { data } = await this._options.api.GET('/wrangling/recipes');
    return data?.items ?? [];
  }

  private readonly _changed = new Signal<this, void>(this);
  private _files: readonly IDataFile[] | null = null;
  private _recipes: readonly SavedRecipe[] | null = null;
  private _problem: string | null = null;
}

/** Read a recipe of the project; what does not fit is said in a sentence. */
export async function readRecipe(api: Api, path: string): Promise<Recipe> {
  const { data } = await api.GET('/wrangling/recipe', { params: { query: { path } } });
  return data ?? { version: 1, source: null, steps: [] };
}
