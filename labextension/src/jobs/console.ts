import type { ISessionContext } from '@jupyterlab/apputils';
import type { Widget } from '@lumino/widgets';

import type { Job } from './model';
import type { IRunContext } from './run';

const CREATE = 'console:create';

/** Open a console on the kernel of a job, beside the job; it goes when the kernel goes. */
export async function attachConsole(
  job: Job,
  { app, api, trans }: Pick<IRunContext, 'app' | 'api' | 'trans'>
): Promise<void> {
  if (!app.commands.hasCommand(CREATE)) {
    throw new Error(trans.__('There are no consoles here.'));
  }
  const { data } = await api.POST('/jobs/{id}/console', { params: { path: { id: job.id } } });
  if (!data) {
    return;
  }
  await app.serviceManager.kernels.refreshRunning();
  const panel = (await app.commands.execute(CREATE, {
    kernelPreference: { id: data.kernel_id, name: data.kernel_name, shutdownOnDispose: false },
    name: trans.__('Job %1', job.name),
    insertMode: 'split-bottom',
    activate: true
  })) as (Widget & { readonly sessionContext: ISessionContext }) | undefined;
  panel?.sessionContext.kernelChanged.connect((_, { newValue }) => {
    if (newValue === null) {
      panel.dispose();
    }
  });
}
