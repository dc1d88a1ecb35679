import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { CommandRegistry } from '@lumino/commands';

import type { Schemas } from '../api';
import { duration, messageOf, number } from '../ui';
import { besides, unlessThere } from './dialogs';
import type { WrangleModel } from './model';
import { askRun, type IRunChoice } from './run-dialog';

/** Ask where the result goes and write it, with progress and a stop button in a notification; or let a job do it. */
export async function runRecipe(
  model: WrangleModel,
  commands: CommandRegistry,
  trans: TranslationBundle
): Promise<void> {
  const choice = await askRun(model, besides(model, '-clean.parquet'), trans);
  if (choice?.asJob) {
    const { notebook } = await model.output.job(choice);
    await commands.execute('mlstudio:jobs-run', { notebook });
  } else if (choice) {
    await write(model, choice, trans);
  }
}

async function write(
  model: WrangleModel,
  choice: IRunChoice,
  trans: TranslationBundle
): Promise<void> {
  const { path } = choice;
  const { session } = model.opening;
  const id = Notification.emit(trans.__('Writing %1', path), 'in-progress', {
    autoClose: false,
    progress: 0,
    actions: [{ label: trans.__('Stop'), callback: () => void session?.ask('stop') }]
  });
  const show = (_: unknown, { verb, done, message }: Schemas['Progress']): void => {
    if (verb !== 'run') {
      return;
    }
    const text = message ? trans.__('Writing %1: %2', path, message) : trans.__('Writing %1', path);
    Notification.update({ id, message: text, progress: Math.max(done, 0) });
  };
  session?.progress.connect(show);
  try {
    const done = await unlessThere(path, false, trans, overwrite =>
      model.output.run(choice, overwrite)
    );
    Notification.update(
      done
        ? {
            id,
            type: 'success',
            message: summary(done, trans),
            progress: 1,
            autoClose: 8000,
            actions: []
          }
        : {
            id,
            type: 'info',
            message: trans.__('Nothing was written'),
            autoClose: 3000,
            actions: []
          }
    );
  } catch (error) {
    Notification.update({
      id,
      type: 'error',
      message: messageOf(error),
      autoClose: false,
      actions: []
    });
  } finally {
    session?.progress.disconnect(show);
  }
}

function summary(
  { path, rows, columns, seconds, rules }: Schemas['RunResult'],
  trans: TranslationBundle
): string {
  const time = duration(seconds * 1000);
  const wrote = trans.__('Wrote %1: %2 rows × %3 columns in %4', path, number(rows), columns, time);
  return rules ? `${wrote}. ${verdict(rules, trans)}` : wrote;
}

function verdict(rules: Schemas['RuleReport'], trans: TranslationBundle): string {
  const broken = rules.items.filter(({ state }) => state !== 'kept');
  return broken.length === 0
    ? trans.__('All %1 rules are kept.', rules.items.length)
    : trans.__('Broken: %1', broken.map(({ sentence }) => sentence).join('; '));
}
