import type { DocumentRegistry } from '@jupyterlab/docregistry';

import { wranglingIcon } from '../ui';

interface IOwnType {
  name: string;
  title: string;
  extensions: string[];
  mime: string;
}

/** Kinds of files that JupyterLab does not know; nothing else opens them, so a double click opens Wrangle. */
const OWN: readonly IOwnType[] = [
  {
    name: 'parquet',
    title: 'Parquet File',
    extensions: ['.parquet', '.pq'],
    mime: 'application/vnd.apache.parquet'
  },
  {
    name: 'arrow',
    title: 'Arrow File',
    extensions: ['.arrow', '.feather', '.ipc'],
    mime: 'application/vnd.apache.arrow.file'
  },
  {
    name: 'xlsx',
    title: 'Excel File',
    extensions: ['.xlsx', '.xlsm', '.xls'],
    mime: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
  },
  {
    name: 'sqlite',
    title: 'SQLite Database',
    extensions: ['.sqlite', '.sqlite3', '.db'],
    mime: 'application/vnd.sqlite3'
  },
  {
    name: 'duckdb',
    title: 'DuckDB Database',
    extensions: ['.duckdb', '.ddb'],
    mime: 'application/vnd.duckdb'
  }
];

const RECIPE = 'mlstudio-recipe';

/** What "Open With" offers Wrangle for. */
export const OPENED = ['csv', 'tsv', 'json', 'jsonl', RECIPE, ...OWN.map(({ name }) => name)];

/** What a double click opens in Wrangle. */
export const OPENED_FIRST = [RECIPE, ...OWN.map(({ name }) => name)];

/** Tell JupyterLab the kinds of files that it does not know. */
export function addFileTypes(registry: DocumentRegistry): void {
  for (const { name, title, extensions, mime } of OWN) {
    if (!registry.getFileType(name)) {
      registry.addFileType({
        name,
        displayName: title,
        extensions,
        mimeTypes: [mime],
        contentType: 'file',
        fileFormat: 'base64',
        icon: wranglingIcon
      });
    }
  }
  registry.addFileType({
    name: RECIPE,
    displayName: 'Wrangling Recipe',
    extensions: ['.recipe.json'],
    mimeTypes: ['application/json'],
    contentType: 'file',
    fileFormat: 'text',
    icon: wranglingIcon
  });
}
