import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { cut } from './detail-values';

const MANY = 100;
const OPEN_DEPTH = 2;
const OPEN_SIZE = 30;

export interface IJsonTreeProps {
  text: string;
  name: string;
  trans: TranslationBundle;
}

/** JSON as a tree that can be opened; as text if it only calls itself JSON. */
export function JsonTree({ text, name, trans }: IJsonTreeProps): React.JSX.Element {
  const value = React.useMemo(() => parsed(text), [text]);
  return value === undefined ? (
    <pre className="jp-mlstudio-RunCode">{text}</pre>
  ) : (
    <div
      className="jp-mlstudio-JsonTree"
      role="region"
      aria-label={trans.__('Content of %1', name)}
    >
      <Node name={null} value={value} depth={0} trans={trans} />
    </div>
  );
}

interface INodeProps {
  name: string | null;
  value: unknown;
  depth: number;
  trans: TranslationBundle;
}

function Node({ name, value, depth, trans }: INodeProps): React.JSX.Element {
  const entries = React.useMemo(() => entriesOf(value), [value]);
  const [isOpen, setOpen] = React.useState(
    depth < OPEN_DEPTH && (depth === 0 || (entries?.length ?? 0) <= OPEN_SIZE)
  );
  const [shown, show] = React.useState(MANY);
  const label = name === null ? null : <span>{name}: </span>;
  if (entries === null) {
    return (
      <div>
        {label}
        <code data-type={value === null ? 'null' : typeof value}>{cut(JSON.stringify(value))}</code>
      </div>
    );
  }
  return (
    <details open={isOpen} onToggle={event => setOpen(event.currentTarget.open)}>
      <summary>
        {label}
        <small>
          {Array.isArray(value)
            ? `[${entries.length.toLocaleString()}]`
            : `{${entries.length.toLocaleString()}}`}
        </small>
      </summary>
      {isOpen
        ? entries
            .slice(0, shown)
            .map(([key, inner]) => (
              <Node key={key} name={key} value={inner} depth={depth + 1} trans={trans} />
            ))
        : null}
      {isOpen && entries.length > shown ? (
        <button type="button" className="jp-mlstudio-Link" onClick={() => show(shown + 10 * MANY)}>
          {trans.__('Show more of %1', entries.length.toLocaleString())}
        </button>
      ) : null}
    </details>
  );
}

function entriesOf(value: unknown): [string, unknown][] | null {
  return typeof value === 'object' && value !== null ? Object.entries(value) : null;
}

/** Read JSON; undefined if it is none. Python also writes NaN and infinity, which JSON does not know. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    try {
      return JSON.parse(
        text.replace(/(?<=[[:,]\s*)(-?Infinity|NaN)(?=\s*[\],}])/g, '"$1"')
      ) as unknown;
    } catch {
      return undefined;
    }
  }
}
