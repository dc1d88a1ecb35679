import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, bytes, CopyButton, messageOf } from '../ui';

type Target = Schemas['ExportSpec']['target'];
type Export = Schemas['Export'];

export interface IElsewhereProps {
  /** The endpoint's name. */
  name: string;
  onExport: (target: Target, folder: string) => Promise<Export | undefined>;
  trans: TranslationBundle;
}

/** Write the endpoint as files that run elsewhere. */
export function Elsewhere({ name, onExport, trans }: IElsewhereProps): React.JSX.Element {
  const [target, setTarget] = React.useState<Target>('container');
  const [folder, setFolder] = React.useState<string | null>(null);
  const [written, setWritten] = React.useState<Export | null>(null);
  const [problem, setProblem] = React.useState('');
  const [busy, setBusy] = React.useState(false);
  const place = folder ?? `${name}-${target}`;
  const send = (event: React.FormEvent): void => {
    event.preventDefault();
    setBusy(true);
    setProblem('');
    onExport(target, place)
      .then(
        answer => setWritten(answer ?? null),
        (error: unknown) => setProblem(messageOf(error))
      )
      .finally(() => setBusy(false));
  };
  return (
    <section className="jp-mlstudio-Elsewhere" aria-label={trans.__('Run it elsewhere')}>
      <header>
        <h3>{trans.__('Run it elsewhere')}</h3>
      </header>
      <form className="jp-mlstudio-SettingsForm" onSubmit={send}>
        <div className="jp-mlstudio-SettingsForm-fields">
          <label>
            {trans.__('Where')}
            <select value={target} onChange={event => setTarget(targetOf(event.target.value))}>
              {TARGETS.map(value => (
                <option key={value} value={value}>
                  {targetLabel(value, trans)}
                </option>
              ))}
            </select>
          </label>
          <label>
            {trans.__('New folder')}
            <input
              type="text"
              required
              value={place}
              onChange={event => setFolder(event.target.value)}
            />
          </label>
        </div>
        <div className="jp-mlstudio-Apply">
          <Button type="submit" disabled={busy || place.trim() === ''}>
            {busy ? trans.__('Writing…') : trans.__('Write the files')}
          </Button>
          {problem ? <span role="alert">{problem}</span> : null}
        </div>
      </form>
      {written ? <Written written={written} trans={trans} /> : null}
    </section>
  );
}

const TARGETS: readonly Target[] = ['container', 'ray', 'kserve', 'sagemaker'];

function targetOf(value: string): Target {
  return TARGETS.find(target => target === value) ?? 'container';
}

function targetLabel(target: Target, trans: TranslationBundle): string {
  const labels: Record<Target, string> = {
    container: trans.__('A container'),
    ray: trans.__('Ray Serve'),
    kserve: trans.__('KServe or MLServer'),
    sagemaker: trans.__('Amazon SageMaker')
  };
  return labels[target];
}

function Written({
  written,
  trans
}: {
  written: Export;
  trans: TranslationBundle;
}): React.JSX.Element {
  const size = written.files.reduce((sum, file) => sum + file.bytes, 0);
  return (
    <div role="status">
      <p>
        {trans._n(
          'Wrote one file (%2) into %3.',
          'Wrote %1 files (%2) into %3.',
          written.files.length,
          bytes(size),
          written.folder
        )}
      </p>
      {written.commands.length > 0 ? (
        <div className="jp-mlstudio-Snippet">
          <pre tabIndex={0}>{written.commands.join('\n')}</pre>
          <CopyButton
            text={written.commands.join('\n')}
            label={trans.__('Copy these lines')}
            copiedLabel={trans.__('Copied')}
          />
        </div>
      ) : null}
      {written.left_out.length > 0 ? (
        <ul>
          {written.left_out.map(sentence => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}
