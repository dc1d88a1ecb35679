import { VDomModel } from '@jupyterlab/ui-components';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import type { JobSpec } from './model';

export type Parameter = Schemas['Parameter'];
type Declared = Schemas['NotebookParameters'];

/** What the form begins with. */
export type Draft = Partial<JobSpec>;

/** A name and a value for a notebook whose parameters cannot be read. */
export interface IFreeEntry {
  readonly name: string;
  readonly value: string;
}

/** What is filled in before a notebook runs as a job. */
export class FormModel extends VDomModel {
  constructor(
    private readonly _api: Api,
    private readonly _trans: TranslationBundle,
    private readonly _draft: Draft
  ) {
    super();
    this.notebook = _draft.notebook ?? '';
    this.kernel = _draft.kernel ?? '';
    this.name = _draft.name ?? '';
    this.timeout = _draft.cell_timeout ? String(_draft.cell_timeout) : '';
  }

  notebook: string;
  /** The name of the kernel; empty for the notebook's own. */
  kernel: string;
  name: string;
  /** Seconds that a cell may run, as typed; empty for no limit. */
  timeout: string;

  /** What the notebook declares; null before it is known. */
  get declared(): Declared | null {
    return this._declared;
  }

  /** Why it could not be read, or why the job was refused; null if nothing is wrong. */
  get failure(): string | null {
    return this._failure;
  }

  set failure(failure: string | null) {
    this._failure = failure;
    this.stateChanged.emit();
  }

  get free(): readonly IFreeEntry[] {
    return this._free;
  }

  set free(free: readonly IFreeEntry[]) {
    this._free = free;
    this.stateChanged.emit();
  }

  /** Read which parameters the notebook declares. */
  async load(): Promise<void> {
    this._declared = null;
    this.failure = null;
    try {
      const query = { notebook: this.notebook };
      const { data } = await this._api.GET('/jobs/parameters', { params: { query } });
      this._declared = data ?? null;
      this._fill();
    } catch (error) {
      this._failure = messageOf(error);
    }
    this.stateChanged.emit();
  }

  /** What stands in the field of a parameter. */
  entry(parameter: Parameter): string {
    return this._entries.get(parameter.name) ?? '';
  }

  /** Take what was typed or chosen for a parameter. */
  enter(parameter: Parameter, text: string): void {
    this._entries.set(parameter.name, text);
    this.stateChanged.emit();
  }

  /** Whether a parameter gets another value than it has in the notebook. */
  isChanged(parameter: Parameter): boolean {
    return this.entry(parameter) !== written(parameter, initial(parameter));
  }

  /** Put the notebook's own value back. */
  reset(parameter: Parameter): void {
    this.enter(parameter, written(parameter, initial(parameter)));
  }

  /** What is wrong with what stands in a field; null if nothing. */
  problem(parameter: Parameter): string | null {
    if (!this.isChanged(parameter)) {
      return null;
    }
    return read(parameter, this.entry(parameter)) === undefined
      ? complaint(parameter, this._trans)
      : null;
  }

  /** What is wrong with the limit of time; null if nothing. */
  get timeoutProblem(): string | null {
    return this.timeout === '' || /^[1-9]\d*$/.test(this.timeout)
      ? null
      : this._trans.__('Enter whole seconds, or nothing for no limit.');
  }

  /** Whether the job can be asked for. */
  get isValid(): boolean {
    const items = this._declared?.items ?? [];
    return (
      this._declared !== null &&
      this.timeoutProblem === null &&
      items.every(item => this.problem(item) === null)
    );
  }

  /** What is asked for, with the values that differ from the notebook's own. */
  get spec(): JobSpec {
    return {
      notebook: this.notebook,
      parameters: this._declared?.typed ? this._typed() : this._untyped(),
      kernel: this.kernel || null,
      name: this.name.trim() || null,
      cell_timeout: this.timeout ? Number(this.timeout) : null
    };
  }

  private _typed(): Record<string, unknown> {
    const changed = (this._declared?.items ?? []).filter(item => this.isChanged(item));
    return Object.fromEntries(changed.map(item => [item.name, read(item, this.entry(item))]));
  }

  private _untyped(): Record<string, unknown> {
    const named = this._free.filter(({ name }) => name.trim() !== '');
    return Object.fromEntries(named.map(({ name, value }) => [name.trim(), loose(value)]));
  }

  private _fill(): void {
    const given = this._draft.notebook === this.notebook ? (this._draft.parameters ?? {}) : {};
    for (const item of this._declared?.items ?? []) {
      const value = item.name in given ? given[item.name] : initial(item);
      this._entries.set(item.name, written(item, value));
    }
    this._free = Object.entries(given).map(([name, value]) => ({
      name,
      value: typeof value === 'string' ? value : JSON.stringify(value)
    }));
  }

  private _declared: Declared | null = null;
  private _failure: string | null = null;
  private _free: readonly IFreeEntry[] = [];
  private readonly _entries = new Map<string, string>();
}

const UNKNOWN = Symbol('an expression');

function initial(parameter: Parameter): unknown {
  return parameter.literal ? parameter.default : UNKNOWN;
}

/** Write a value as its field shows it; null and expressions leave the field empty. */
function written({ type, choices }: Parameter, value: unknown): string {
  if (value === UNKNOWN || value === undefined) {
    return '';
  }
  if (choices) {
    return JSON.stringify(value);
  }
  if (value === null) {
    return '';
  }
  const isText = typeof value === 'string' && (type === 'str' || loose(value) === value);
  return isText ? value : JSON.stringify(value);
}

/** Read what stands in a field; undefined if it does not fit. */
function read({ type, nullable, choices }: Parameter, text: string): unknown {
  if (choices) {
    return JSON.parse(text);
  }
  if (text.trim() === '' && nullable) {
    return null;
  }
  switch (type) {
    case 'str':
      return text;
    case 'int':
      return /^\s*[+-]?\d+\s*$/.test(text) ? Number(text) : undefined;
    case 'float':
      return text.trim() !== '' && Number.isFinite(Number(text)) ? Number(text) : undefined;
    case 'bool':
      return text === 'true' ? true : text === 'false' ? false : undefined;
    case 'list':
    case 'dict': {
      const value = loose(text);
      const fits = typeof value === 'object' && value !== null;
      return fits && Array.isArray(value) === (type === 'list') ? value : undefined;
    }
    default:
      return loose(text);
  }
}

/** Read JSON where it is JSON, and a text where it is not. */
function loose(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function complaint({ type }: Parameter, trans: TranslationBundle): string {
  return {
    int: trans.__('Enter a whole number.'),
    float: trans.__('Enter a number.'),
    bool: trans.__('Choose yes or no.'),
    list: trans.__('Enter a list such as [1, 2].'),
    dict: trans.__('Enter an object such as {"a": 1}.'),
    str: trans.__('Enter a text.'),
    any: trans.__('Enter a value.')
  }[type];
}
