import type { TranslationBundle } from '@jupyterlab/translation';

import type { Schemas } from '../api';
import { readPairs, readSeconds, writtenPairs, writtenSeconds } from './form-values';

type JobSpec = Schemas['JobSpec'];
type Retry = Schemas['Retry'];
/** The kinds of failure after which a job can be started again. */
export const FAILURES = ['cell', 'kernel', 'timeout', 'start', 'lost'] as const;
type Failure = (typeof FAILURES)[number];

/** The options that are typed or chosen as a text. */
export type TextOption =
  | 'name'
  | 'kernel'
  | 'priority'
  | 'cpu'
  | 'memory'
  | 'gpu'
  | 'custom'
  | 'timeout'
  | 'cellTimeout'
  | 'retries'
  | 'wait'
  | 'executor'
  | 'environment'
  | 'keepKernel'
  | 'output';

/** The options that are on or off. */
export type Switch = 'cleanStart' | 'reportMode';

/** What a job is asked to do beyond its parameters, as it stands in the form. */
export class Options {
  constructor(private readonly _draft: Partial<JobSpec>) {
    this._texts = new Map(Object.entries(texts(_draft)) as [TextOption, string][]);
    this._initial = new Map(Object.entries(texts({})) as [TextOption, string][]);
    this._switches = new Map([
      ['cleanStart', _draft.clean_start ?? false],
      ['reportMode', _draft.report_mode ?? false]
    ]);
    this._failures = new Set((_draft.retries?.[0]?.on ?? FAILURES.slice(0, 4)) as Failure[]);
  }

  text(option: TextOption): string {
    return this._texts.get(option) ?? '';
  }

  enter(option: TextOption, text: string): void {
    this._texts.set(option, text);
  }

  isOn(option: Switch): boolean {
    return this._switches.get(option) ?? false;
  }

  turn(option: Switch, on: boolean): void {
    this._switches.set(option, on);
  }

  /** Whether a failure of this kind leads to a new attempt. */
  retriesAfter(failure: Failure): boolean {
    return this._failures.has(failure);
  }

  retryAfter(failure: Failure, on: boolean): void {
    if (on) {
      this._failures.add(failure);
    } else {
      this._failures.delete(failure);
    }
  }

  /** How many options are not as they are when nothing is said. */
  get set(): number {
    const typed = [...this._initial].filter(([option, text]) => this.text(option) !== text);
    return typed.length + [...this._switches.values()].filter(Boolean).length;
  }

  /** Say what is wrong with an option; null if nothing. */
  problem(option: TextOption, trans: TranslationBundle): string | null {
    return fits(option, this.text(option)) ? null : complaint(option, trans);
  }

  get isValid(): boolean {
    return [...this._texts].every(([option, text]) => fits(option, text));
  }

  /** The part of a job's spec that the options make. */
  get spec(): Omit<JobSpec, 'notebook' | 'parameters'> {
    const amount = (option: TextOption, otherwise: number): number =>
      this.text(option).trim() === '' ? otherwise : Number(this.text(option));
    const seconds = (option: TextOption): number | null => readSeconds(this.text(option)) ?? null;
    return {
      name: this.text('name').trim() || null,
      kernel: this.text('kernel') || null,
      priority: amount('priority', 0),
      resources: {
        cpu: amount('cpu', 1),
        memory: amount('memory', 0),
        gpu: amount('gpu', 0),
        custom: tokens(this.text('custom')) ?? {}
      },
      timeout: seconds('timeout'),
      cell_timeout: seconds('cellTimeout'),
      retries: this._retries,
      executor: this.text('executor') || null,
      clean_start: this.isOn('cleanStart'),
      environment: readPairs(this.text('environment')) ?? {},
      keep_kernel_minutes: this.text('keepKernel').trim() ? amount('keepKernel', 0) : null,
      report_mode: this.isOn('reportMode'),
      output: this.text('output').trim() || null
    };
  }

  // Rules after the first are not shown in the form, but kept.
  private get _retries(): Retry[] {
    const [first, ...others] = this._draft.retries ?? [];
    const times = Number(this.text('retries') || 0);
    const known = new Set<string>(FAILURES);
    const named = (first?.on ?? []).filter(name => !known.has(name));
    const on = [...FAILURES.filter(failure => this._failures.has(failure)), ...named];
    const wait = readSeconds(this.text('wait')) ?? 10;
    return times > 0 && on.length > 0
      ? [{ ...{ factor: 2, longest: 3600 }, ...first, on, times, wait }, ...others]
      : others;
  }

  private readonly _texts: Map<TextOption, string>;
  private readonly _initial: Map<TextOption, string>;
  private readonly _switches: Map<Switch, boolean>;
  private readonly _failures: Set<Failure>;
}

function texts(draft: Partial<JobSpec>): Record<TextOption, string> {
  const { resources, retries } = draft;
  const seconds = (given: number | null | undefined): string =>
    given === null || given === undefined ? '' : writtenSeconds(given);
  return {
    name: draft.name ?? '',
    kernel: draft.kernel ?? '',
    priority: String(draft.priority ?? 0),
    cpu: String(resources?.cpu ?? 1),
    memory: resources?.memory ? String(resources.memory) : '',
    gpu: resources?.gpu ? String(resources.gpu) : '',
    custom: writtenPairs(resources?.custom ?? {}).replaceAll('\n', ', '),
    timeout: seconds(draft.timeout),
    cellTimeout: seconds(draft.cell_timeout),
    retries: String(retries?.[0]?.times ?? 0),
    wait: seconds(retries?.[0]?.wait ?? 10),
    executor: draft.executor ?? '',
    environment: writtenPairs(draft.environment ?? {}),
    keepKernel: draft.keep_kernel_minutes === null ? '' : String(draft.keep_kernel_minutes ?? ''),
    output: draft.output ?? ''
  };
}

function tokens(text: string): Record<string, number> | undefined {
  const pairs = readPairs(text.replaceAll(',', '\n'));
  const numbers = Object.entries(pairs ?? {}).map(
    ([name, value]) => [name, Number(value)] as const
  );
  const fit = pairs !== undefined && numbers.every(([, value]) => value >= 0);
  return fit ? Object.fromEntries(numbers) : undefined;
}

function fits(option: TextOption, text: string): boolean {
  const given = text.trim();
  const number = Number(given);
  switch (option) {
    case 'priority':
      return given === '' || (Number.isInteger(number) && Math.abs(number) <= 100);
    case 'retries':
      return given === '' || (Number.isInteger(number) && number >= 0 && number <= 100);
    case 'cpu':
    case 'memory':
    case 'gpu':
    case 'keepKernel':
      return given === '' || number >= 0;
    case 'timeout':
    case 'cellTimeout':
      return given === '' || (readSeconds(given) ?? 0) > 0;
    case 'wait':
      return given === '' || readSeconds(given) !== undefined;
    case 'custom':
      return tokens(given) !== undefined;
    case 'environment':
      return readPairs(given) !== undefined;
    default:
      return true;
  }
}

function complaint(option: TextOption, trans: TranslationBundle): string {
  switch (option) {
    case 'priority':
      return trans.__('Enter a whole number from −100 to 100.');
    case 'retries':
      return trans.__('Enter a whole number from 0 to 100.');
    case 'timeout':
    case 'cellTimeout':
    case 'wait':
      return trans.__('Enter a time such as 90 s, 10 min or 2 h.');
    case 'custom':
      return trans.__('Enter names with amounts, such as licence=1.');
    case 'environment':
      return trans.__('Enter a line such as NAME=value for each variable.');
    default:
      return trans.__('Enter a number that is not below 0.');
  }
}
