import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { JSONObject, JSONValue } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { Schemas } from '../api';

/** The comm target that a kernel with our library answers on. */
export const TARGET = 'mlstudio.wrangling';

/** What a session answered: a plain result, and the table that came with it. */
export interface IAnswer<T> {
  result: T;
  /** An Arrow IPC stream, for the verbs that answer with rows. */
  table: Uint8Array | null;
}

/** Somebody who answers the verbs of a wrangling session. */
export interface ISession extends IDisposable {
  /** The id of the kernel that answers. */
  readonly kernel: string;
  /** The verbs of its parts, such as `rules.check`; a kernel with an older library has fewer. */
  readonly verbs: readonly string[];
  /**
   * Ask for a verb.
   *
   * @throws SessionError - The kernel refused; the message is a sentence for the user.
   */
  ask<T>(verb: string, args?: object): Promise<IAnswer<T>>;
  /** How far a long verb is. */
  readonly progress: ISignal<ISession, Schemas['Progress']>;
  /** The kernel ended or restarted: nothing will be answered any more. */
  readonly lost: ISignal<ISession, string>;
}

/** Why a session did not answer as asked. */
export class SessionError extends Error {
  constructor(
    message: string,
    /** A stable word, such as `not_installed`, `lost` or one of the library's. */
    readonly reason: string
  ) {
    super(message);
    this.name = 'SessionError';
  }
}

interface IReply {
  id: number;
  result?: JSONValue;
  error?: { message: string; reason: string };
  progress?: Schemas['Progress'];
  verbs?: readonly string[];
}

interface IWaiting {
  resolve: (answer: IAnswer<JSONValue>) => void;
  reject: (error: SessionError) => void;
}

// Nothing stays behind in the user's namespace.
const REGISTER = `__import__("jupyter_mlstudio.kernel", fromlist=["register"]).register()`;

const prepared = new WeakMap<Kernel.IKernelConnection, Promise<void>>();

/**
 * Let a kernel listen for wrangling sessions. Cheap to repeat; done again after a restart. Best done early: a kernel
 * that runs a cell can answer sessions, but cannot learn to.
 *
 * @throws SessionError - The kernel is not Python, or lacks the library.
 */
export function prepare(kernel: Kernel.IKernelConnection): Promise<void> {
  let ready = prepared.get(kernel);
  if (!ready) {
    ready = register(kernel);
    prepared.set(kernel, ready);
    const forget = (): void => {
      if (kernel.isDisposed || ENDINGS.includes(kernel.status)) {
        prepared.delete(kernel);
        kernel.statusChanged.disconnect(forget);
      }
    };
    kernel.statusChanged.connect(forget);
    ready.catch(() => prepared.delete(kernel));
  }
  return ready;
}

const ENDINGS: readonly string[] = [
  'restarting',
  'autorestarting',
  'dead',
  'terminating',
  'unknown'
];

async function register(kernel: Kernel.IKernelConnection): Promise<void> {
  const { language_info: language } = await kernel.info;
  if (language.name !== 'python') {
    throw new SessionError(`A ${language.name} kernel has no DataFrames to wrangle.`, 'no_python');
  }
  const content = { code: REGISTER, silent: true, store_history: false, stop_on_error: false };
  const reply = await kernel.requestExecute(content).done;
  if (reply.content.status === 'error') {
    throw refusal(reply.content);
  }
}

function refusal({ ename, evalue }: KernelMessage.IReplyErrorContent): SessionError {
  return ename === 'ModuleNotFoundError' && evalue.includes('jupyter_mlstudio')
    ? new SessionError(evalue, 'not_installed')
    : new SessionError(`${ename}: ${evalue}`, 'failed');
}

/**
 * Open a session in a kernel. It answers while a cell runs, if the kernel has subshells.
 *
 * @throws SessionError - The kernel cannot; see `prepare`.
 */
export async function connect(kernel: Kernel.IKernelConnection): Promise<ISession> {
  await prepare(kernel);
  const comm = kernel.createComm(TARGET);
  if (kernel.supportsSubshells && kernel.commsOverSubshells !== 'disabled') {
    // IComm lacks the promise; before it resolves, messages would queue up behind the running cell.
    await (comm as Kernel.IComm & { subshellStarted: Promise<void> }).subshellStarted;
  }
  return new CommSession(kernel, comm);
}

class CommSession implements ISession {
  constructor(
    private readonly _kernel: Kernel.IKernelConnection,
    private readonly _comm: Kernel.IComm
  ) {
    _comm.onMsg = message => this._hear(message);
    _comm.onClose = () => this._end('The kernel has closed the connection.');
    _kernel.statusChanged.connect(this._watch, this);
    _kernel.disposed.connect(this._gone, this);
    _comm.open();
  }

  get kernel(): string {
    return this._kernel.id;
  }

  get verbs(): readonly string[] {
    return this._verbs;
  }

  get progress(): ISignal<ISession, Schemas['Progress']> {
    return this._progress;
  }

  get lost(): ISignal<ISession, string> {
    return this._lost;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  ask<T>(verb: string, args: object = {}): Promise<IAnswer<T>> {
    if (this._isDisposed) {
      return Promise.reject(new SessionError('The kernel is not connected.', 'lost'));
    }
    const id = ++this._last;
    return new Promise((resolve, reject) => {
      // What a verb answers is said by the wire types of the caller.
      this._waiting.set(id, { resolve: resolve as unknown as IWaiting['resolve'], reject });
      this._comm.send({ id, verb, arguments: args as JSONObject });
    });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._release();
    if (!this._comm.isDisposed && !ENDINGS.includes(this._kernel.status)) {
      this._comm.close();
    }
    Signal.clearData(this);
  }

  private _hear(message: KernelMessage.ICommMsgMsg): void {
    const reply = message.content.data as unknown as IReply;
    if (reply.verbs) {
      this._verbs = reply.verbs;
      return;
    }
    if (reply.progress) {
      this._progress.emit(reply.progress);
      return;
    }
    const waiting = this._waiting.get(reply.id);
    this._waiting.delete(reply.id);
    if (reply.error) {
      waiting?.reject(new SessionError(reply.error.message, reply.error.reason));
    } else {
      waiting?.resolve({ result: reply.result ?? null, table: bytes(message.buffers?.[0]) });
    }
  }

  private _watch(_: Kernel.IKernelConnection, status: Kernel.Status): void {
    if (status === 'restarting' || status === 'autorestarting') {
      this._end('The kernel was restarted.');
    } else if (ENDINGS.includes(status) && status !== 'unknown') {
      this._end('The kernel has ended.');
    }
  }

  private _gone(): void {
    this._end('The kernel has ended.');
  }

  private _end(why: string): void {
    if (!this._isDisposed) {
      this._release(why);
      this._lost.emit(why);
    }
  }

  private _release(why = 'The view was closed.'): void {
    this._isDisposed = true;
    this._kernel.statusChanged.disconnect(this._watch, this);
    this._kernel.disposed.disconnect(this._gone, this);
    for (const { reject } of this._waiting.values()) {
      reject(new SessionError(why, 'lost'));
    }
    this._waiting.clear();
  }

  private readonly _waiting = new Map<number, IWaiting>();
  private readonly _progress = new Signal<this, Schemas['Progress']>(this);
  private readonly _lost = new Signal<this, string>(this);
  private _verbs: readonly string[] = [];
  private _isDisposed = false;
  private _last = 0;
}

function bytes(buffer: ArrayBuffer | ArrayBufferView | undefined): Uint8Array | null {
  if (buffer === undefined) {
    return null;
  }
  return ArrayBuffer.isView(buffer)
    ? new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength)
    : new Uint8Array(buffer);
}
