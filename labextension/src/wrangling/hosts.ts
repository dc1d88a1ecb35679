import { SessionContext, type ISessionContext } from '@jupyterlab/apputils';
import type { ServiceManager } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';

import type { IWranglingHost } from './opening';
import type { Recents } from './recents';
import { connect, SessionError, type ISession } from './transport';

/** A host that gives each file a kernel of its own; it ends with the view. */
export class FileHost implements IWranglingHost, IDisposable {
  /**
   * @param services - Where kernels are started.
   * @param path - The file; after a reload, its kernel is found again by it.
   */
  constructor(services: ServiceManager.IManager, path: string) {
    const {
      sessions: sessionManager,
      kernels: kernelManager,
      kernelspecs: specsManager
    } = services;
    this._context = new SessionContext({
      sessionManager,
      kernelManager,
      specsManager,
      // Without a slash: the kernel starts in the project folder, from which recipes count.
      path: `${path.replaceAll('/', '∕')} · wrangling`,
      name: path.split('/').pop(),
      type: 'wrangling',
      kernelPreference: {
        language: 'python',
        shouldStart: true,
        autoStartDefault: true,
        shutdownOnDispose: true
      }
    });
  }

  get isDisposed(): boolean {
    return this._context.isDisposed;
  }

  async connect(): Promise<ISession> {
    if (!this._context.session) {
      await this._context.initialize();
    }
    return connectTo(
      this._context,
      'There is no Python kernel to read the file with. Install ipykernel.'
    );
  }

  async restart(): Promise<void> {
    await this._context.restartKernel();
  }

  dispose(): void {
    this._context.dispose();
  }

  private readonly _context: SessionContext;
}

/** A host that works in the kernel of a notebook. */
export class NotebookHost implements IWranglingHost {
  constructor(
    private readonly _context: ISessionContext,
    readonly recents?: Recents
  ) {}

  connect(): Promise<ISession> {
    return connectTo(
      this._context,
      'The notebook has no kernel. Start one and run the cell that makes the DataFrame.'
    );
  }
}

async function connectTo(context: ISessionContext, otherwise: string): Promise<ISession> {
  await context.ready.catch(() => undefined);
  const kernel = context.session?.kernel;
  if (!kernel) {
    throw new SessionError(otherwise, 'no_kernel');
  }
  return connect(kernel);
}
