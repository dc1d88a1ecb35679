import type { IRenderMime } from '@jupyterlab/rendermime';
import type { Message } from '@lumino/messaging';
import { Panel, Widget } from '@lumino/widgets';

import { messageOf } from '../ui';
import type { IExperimentsContext } from './context';

export const WIDGET = 'application/vnd.jupyter.widget-view+json';
const PICTURES = ['text/html', 'image/svg+xml', 'text/plain'] as const;

export type IOutputContext = Pick<
  IExperimentsContext,
  'studio' | 'trans' | 'rendermime' | 'notebooks' | 'openRun'
>;

/**
 * An output with runs in a notebook, drawn from what the server knows of them: after a reload, without a kernel, and
 * while they are logged. Where the server does not know them: the widget, if the kernel has it, else the kept picture.
 */
export abstract class RunOutput extends Panel implements IRenderMime.IRenderer {
  constructor(
    protected readonly context: IOutputContext,
    private readonly _mimeType: string
  ) {
    super();
    this.addClass('jp-mlstudio-RunOutput');
  }

  /** Draw what the notebook keeps. A kernel renews that whenever runs have changed; what is drawn, stays. */
  async renderModel(mime: IRenderMime.IMimeModel): Promise<void> {
    this._mime = mime;
    if (this._isPicture || !this.takes(mime.data[this._mimeType])) {
      await this.redo();
    }
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.forget();
      super.dispose();
    }
  }

  /** Make what shows the runs as the server knows them; null if it does not know them. */
  protected abstract drawn(kept: unknown, mime: IRenderMime.IMimeModel): Promise<Widget | null>;

  /** Draw something else from now on; answers whether that goes without beginning anew. */
  protected abstract takes(kept: unknown): boolean;

  /** Let go of what was drawn before. */
  protected abstract forget(): void;

  /** Show the runs, in the best way that there is. */
  protected async redo(): Promise<void> {
    const { _mime: mime } = this;
    const { trans } = this.context;
    if (!mime) {
      return;
    }
    let reason = trans.__(
      'These runs are not in this project (any more): this is the kept picture.'
    );
    try {
      const widget = await this.drawn(mime.data[this._mimeType], mime);
      if (widget) {
        this._put([widget], false);
        return;
      }
    } catch (error) {
      reason = trans.__('%1 This is the kept picture.', messageOf(error));
    }
    if (!this.isDisposed) {
      await this._fallBack(mime, reason);
    }
  }

  protected override onAfterAttach(message: Message): void {
    super.onAfterAttach(message);
    if (this._isPicture) {
      void this._askKernel();
    }
  }

  private async _fallBack(mime: IRenderMime.IMimeModel, reason: string): Promise<void> {
    this.forget();
    this._put([pictureOf(mime, this.context), this._hint(reason)], true);
    if (this.isAttached) {
      await this._askKernel();
    }
  }

  /** Show the widget in place of the picture if this notebook's kernel still has it. */
  private async _askKernel(): Promise<void> {
    const { _mime: mime } = this;
    const panel = this.context.notebooks?.find(one => one.content.node.contains(this.node));
    if (!mime || !(WIDGET in mime.data) || !panel?.sessionContext.session?.kernel) {
      return;
    }
    const renderer = panel.content.rendermime.createRenderer(WIDGET) as IRenderMime.IRenderer &
      Panel;
    await renderer.renderModel(mime);
    const isThere = renderer.widgets.length > 0; // else it says that there is no such model
    if (isThere && this._isPicture && !this.isDisposed) {
      this._put([renderer], false);
    } else {
      renderer.dispose();
    }
  }

  private _hint(text: string): Widget {
    const note = new Widget({ node: document.createElement('p') });
    note.addClass('jp-mlstudio-Hint');
    const again = document.createElement('button');
    again.type = 'button';
    again.className = 'jp-mlstudio-Link';
    again.textContent = this.context.trans.__('Try again');
    again.addEventListener('click', () => void this.redo());
    note.node.append(text, ' ', again);
    return note;
  }

  private _put(widgets: readonly Widget[], isPicture: boolean): void {
    this._isPicture = isPicture;
    [...this.widgets].forEach(widget => widget.dispose());
    if (this.isDisposed) {
      widgets.forEach(widget => widget.dispose());
    } else {
      widgets.forEach(widget => this.addWidget(widget));
    }
  }

  private _mime: IRenderMime.IMimeModel | null = null;
  private _isPicture = false;
}

/** What the notebook keeps for those who cannot draw it. */
function pictureOf(mime: IRenderMime.IMimeModel, { rendermime }: IOutputContext): Widget {
  const type = PICTURES.find(one => one in mime.data) ?? 'text/plain';
  if (type === 'image/svg+xml') {
    return image(String(mime.data[type]), String(mime.data['text/plain'] ?? ''));
  }
  const renderer = rendermime.createRenderer(type);
  void renderer.renderModel(mime);
  return renderer;
}

/** A picture runs nothing that is written in it, so that it needs no trust. */
function image(svg: string, description: string): Widget {
  const node = document.createElement('img');
  node.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  node.alt = description;
  return new Widget({ node });
}
