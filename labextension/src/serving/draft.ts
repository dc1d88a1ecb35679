import * as React from 'react';

import type { Schemas } from '../api';
import {
  bodyOf,
  entriesOf,
  fitsForm,
  rowOf,
  type Entries,
  type Problem,
  type Row
} from './request';

type Signature = Schemas['ModelSignature'];

/** The ways to write a request, and to see it as a line for the shell. */
export type Tab = 'form' | 'json' | 'curl';

interface IState {
  readonly tab: Tab;
  /** Which of the examples the form was filled from. */
  readonly example: number;
  readonly entries: Entries;
  /** The body, once somebody has written it by hand. */
  readonly written: string | null;
  /** Whether it was tried to send it, so that problems are to be shown. */
  readonly checked: boolean;
  readonly method: string | undefined;
}

/** A request that is being written. */
export class Draft {
  constructor(
    private readonly _signature: Signature | null,
    private readonly _state: IState,
    private readonly _set: (state: IState) => void
  ) {}

  get hasForm(): boolean {
    return fitsForm(this._signature);
  }

  get tab(): Tab {
    const { tab } = this._state;
    return this.hasForm || tab === 'curl' ? tab : 'json';
  }

  get entries(): Entries {
    return this._state.entries;
  }

  get examples(): number {
    return this._signature?.example.length ?? 0;
  }

  get example(): number {
    return this._state.example;
  }

  /** What the model can be asked to do, what it does by default first. */
  get methods(): readonly string[] {
    return this._signature?.methods ?? [];
  }

  get method(): string | undefined {
    const { method } = this._state;
    return method !== undefined && this.methods.includes(method) ? method : this.methods[0];
  }

  /** What is wrong with which field of the form. */
  get problems(): ReadonlyMap<string, Problem> {
    return this._isWritten ? new Map() : this._read.problems;
  }

  /** The problems, once it was tried to send the request. */
  get shownProblems(): ReadonlyMap<string, Problem> {
    return this._state.checked ? this.problems : new Map();
  }

  /** The request as it is sent. */
  get body(): string {
    const { written } = this._state;
    if (this._isWritten && written !== null) {
      return written;
    }
    const rows = this.hasForm ? [this._read.row] : (this._signature?.example.slice(0, 1) ?? []);
    return bodyOf(rows, this.method === this.methods[0] ? undefined : this.method);
  }

  setTab(tab: Tab): void {
    this._change({ tab });
  }

  setMethod(method: string): void {
    this._change({ method, written: null });
  }

  enter(column: string, entry: string): void {
    this._change({ entries: { ...this.entries, [column]: entry }, written: null });
  }

  /** Write the body by hand. */
  write(body: string): void {
    this._change({ written: body, tab: 'json' });
  }

  /** Show from now on what is wrong; answers whether the request can be sent. */
  check(): boolean {
    this._change({ checked: true });
    return this.problems.size === 0;
  }

  /** Fill the form from the next example. */
  next(): void {
    const { tab, method } = this._state;
    const example = (this.example + 1) % this.examples;
    this._set({ ...filled(this._signature, example), tab, method });
  }

  /** Whether the body is written by hand, and not made of the fields. */
  private get _isWritten(): boolean {
    return !this.hasForm || (this._state.tab !== 'form' && this._state.written !== null);
  }

  private get _read(): ReturnType<typeof rowOf> {
    return rowOf(this._signature?.inputs ?? [], this.entries);
  }

  private _change(change: Partial<IState>): void {
    this._set({ ...this._state, ...change });
  }
}

/** Keep a request while it is being written; another model behind the endpoint begins it anew. */
export function useDraft(signature: Signature | null): Draft {
  const [state, setState] = React.useState(() => filled(signature, 0));
  const model = JSON.stringify(signature);
  const [filledFor, setFilledFor] = React.useState(model);
  if (filledFor !== model) {
    setFilledFor(model);
    setState(filled(signature, 0));
  }
  return new Draft(signature, state, setState);
}

function filled(signature: Signature | null, example: number): IState {
  const row: Row | undefined = signature?.example[example];
  return {
    tab: 'form',
    example,
    entries: entriesOf(signature?.inputs ?? [], row),
    written: null,
    checked: false,
    method: undefined
  };
}
