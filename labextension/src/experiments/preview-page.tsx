import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { Button } from '../ui';

/** Nothing but what the page brings with itself. */
const QUIET =
  "default-src 'none'; img-src data: blob:; style-src 'unsafe-inline'; font-src data:; media-src data: blob:";

/** Scripts too, also from the web, where many charts have their library; but they may ask nobody. */
const SCRIPTED =
  "default-src 'none'; img-src data: blob: https:; style-src 'unsafe-inline' https:; font-src data: https:; " +
  "media-src data: blob:; script-src 'unsafe-inline' 'unsafe-eval' blob: https:; worker-src blob:";

const DOCTYPE = /^\s*(?:<!--[^]*?-->\s*)*<!doctype[^>]*>/i;

export interface IPageProps {
  html: string;
  name: string;
  trans: TranslationBundle;
}

/**
 * A page that a run has kept. It has an origin of its own, so that it reaches neither JupyterLab nor its server;
 * its scripts stay still until somebody lets them run.
 */
export function Page({ html, name, trans }: IPageProps): React.JSX.Element {
  const [runs, letRun] = React.useState(false);
  const address = useAddress(html, runs ? SCRIPTED : QUIET);
  return (
    <>
      {runs || !/<script/i.test(html) ? null : (
        <p className="jp-mlstudio-Hint">
          {trans.__('Its scripts do not run. They could reach the web, but not JupyterLab.')}{' '}
          <Button onClick={() => letRun(true)}>{trans.__('Run Scripts')}</Button>
        </p>
      )}
      {address ? (
        <iframe
          key={address}
          className="jp-mlstudio-Page"
          sandbox={runs ? 'allow-scripts' : ''}
          referrerPolicy="no-referrer"
          src={address}
          title={name}
        />
      ) : null}
    </>
  );
}

/** Give a page an address that tells it nothing about where it is shown, and rules that it cannot change. */
function useAddress(html: string, rules: string): string | null {
  const [address, setAddress] = React.useState<string | null>(null);
  React.useEffect(() => {
    const made = URL.createObjectURL(new Blob([guarded(html, rules)], { type: 'text/html' }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [html, rules]);
  return address;
}

/** Put rules in front of everything in a page but its document type. */
export function guarded(html: string, rules: string): string {
  const type = DOCTYPE.exec(html)?.[0] ?? '';
  const head = `<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${rules}">`;
  return `${type}${head}${html.slice(type.length)}`;
}
