import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

/** Beyond so many characters, code is shown without colours: colouring it would take seconds. */
const COLOURED = 100_000;

export interface IRenderedProps {
  rendermime: IRenderMimeRegistry;
  /** What to show, by media type; the best of them that is safe is taken. */
  bundle: ReadonlyPartialJSONObject;
}

/** Something drawn as JupyterLab draws it in notebooks. It is not trusted: nothing in it can run. */
export function Rendered({ rendermime, bundle }: IRenderedProps): React.JSX.Element {
  const host = React.useRef<HTMLDivElement>(null);
  const key = JSON.stringify(bundle);
  React.useEffect(() => {
    const type = rendermime.preferredMimeType(bundle, 'ensure');
    const place = host.current;
    if (type === undefined || place === null) {
      return;
    }
    const renderer = rendermime.createRenderer(type);
    const model = rendermime.createModel({ data: bundle, trusted: false });
    void renderer.renderModel(model).then(() => attach(renderer, place));
    return () => {
      detach(renderer);
      renderer.dispose();
    };
  }, [key, rendermime]);
  return <div className="jp-mlstudio-Rendered" ref={host} />;
}

/** Put a renderer into a part of a view and tell it so: formulas are set only then. */
function attach(renderer: Widget, place: HTMLElement): void {
  if (!renderer.isDisposed) {
    MessageLoop.sendMessage(renderer, Widget.Msg.BeforeAttach);
    place.append(renderer.node);
    MessageLoop.sendMessage(renderer, Widget.Msg.AfterAttach);
  }
}

/** Take it out again; not by `Widget.detach`, which fails where the view has left the page already. */
function detach(renderer: Widget): void {
  if (renderer.isAttached) {
    MessageLoop.sendMessage(renderer, Widget.Msg.BeforeDetach);
    renderer.node.remove();
    MessageLoop.sendMessage(renderer, Widget.Msg.AfterDetach);
  }
}

export interface ITextProps {
  rendermime: IRenderMimeRegistry;
  text: string;
}

/** Markdown, as in a notebook. */
export function Markdown({ rendermime, text }: ITextProps): React.JSX.Element {
  return <Rendered rendermime={rendermime} bundle={{ 'text/markdown': text }} />;
}

/** Source code in the colours of JupyterLab's editors. */
export function Code({
  rendermime,
  text,
  language
}: ITextProps & { language: string }): React.JSX.Element {
  if (language === '' || text.length > COLOURED) {
    return <pre className="jp-mlstudio-RunCode">{text}</pre>;
  }
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return (
    <div className="jp-mlstudio-RunCode">
      <Markdown rendermime={rendermime} text={`${fence}${language}\n${text}\n${fence}`} />
    </div>
  );
}
