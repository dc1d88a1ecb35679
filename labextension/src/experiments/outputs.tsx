import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import * as React from 'react';

import { Rendered } from './rendered';

const MANY = 20;

/** An output of a cell, in the notebook format; anything may be missing in a file that somebody else has written. */
export interface IOutput {
  output_type?: string;
  text?: string | string[];
  data?: Record<string, unknown>;
  ename?: string;
  evalue?: string;
  traceback?: string[];
  name?: string;
}

export interface IOutputListProps {
  outputs: readonly IOutput[];
  rendermime: IRenderMimeRegistry;
  trans: TranslationBundle;
}

/** What a cell has shown. It is not trusted: scripts do not run, and HTML is cleaned. */
export function OutputList({
  outputs,
  rendermime,
  trans
}: IOutputListProps): React.JSX.Element | null {
  return outputs.length === 0 ? null : (
    <div className="jp-mlstudio-Outputs">
      {outputs.slice(0, MANY).map((output, index) => (
        <Rendered key={index} rendermime={rendermime} bundle={bundleOf(output)} />
      ))}
      {outputs.length > MANY ? (
        <p className="jp-mlstudio-Hint">
          {trans.__('The first %1 of %2 outputs', MANY, outputs.length.toLocaleString())}
        </p>
      ) : null}
    </div>
  );
}

/** Join a text that a notebook keeps as lines. */
export function textOf(text: unknown): string {
  return Array.isArray(text) ? text.join('') : typeof text === 'string' ? text : '';
}

function bundleOf(output: IOutput): ReadonlyPartialJSONObject {
  switch (output.output_type) {
    case 'stream':
      return {
        [`application/vnd.jupyter.${output.name === 'stderr' ? 'stderr' : 'stdout'}`]: textOf(
          output.text
        )
      };
    case 'error':
      return {
        'application/vnd.jupyter.stderr': [
          ...(output.traceback ?? [`${output.ename ?? ''}: ${output.evalue ?? ''}`])
        ].join('\n')
      };
    default:
      return Object.fromEntries(
        Object.entries(output.data ?? {}).map(([type, value]) => [
          type,
          Array.isArray(value) && !type.endsWith('json')
            ? value.join('')
            : (value as ReadonlyPartialJSONObject)
        ])
      );
  }
}
