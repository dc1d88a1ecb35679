/** A line of a tooltip. */
export interface ITipLine {
  readonly colour?: string;
  readonly name: string;
  readonly value?: string;
  readonly isStrong?: boolean;
}

/** A small box beside the mouse with exact values; text only, whatever the names of runs are. */
export class Tip {
  constructor(private readonly _place: HTMLElement) {
    this._box.className = 'jp-mlstudio-Tip';
    this._box.hidden = true;
    _place.appendChild(this._box);
  }

  /** Show these lines beside a point of the place, inside of it if there is room. */
  show(left: number, top: number, head: string, lines: readonly ITipLine[]): void {
    const title = document.createElement('div');
    title.className = 'jp-mlstudio-Tip-head';
    title.textContent = head;
    this._box.replaceChildren(title, ...lines.map(row));
    this._box.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = this._box;
    const room = this._place.clientWidth;
    const x = left + 14 + width > room ? Math.max(0, left - width - 14) : left + 14;
    const y = Math.max(0, Math.min(top + 10, this._place.clientHeight - height));
    this._box.style.transform = `translate(${Math.round(x)}px, ${Math.round(y)}px)`;
  }

  hide(): void {
    this._box.hidden = true;
  }

  dispose(): void {
    this._box.remove();
  }

  private readonly _box = document.createElement('div');
}

function row({ colour, name, value, isStrong }: ITipLine): HTMLElement {
  const line = document.createElement('div');
  line.className = `jp-mlstudio-Tip-line${isStrong ? ' jp-mod-strong' : ''}`;
  const dot = document.createElement('i');
  dot.style.background = colour ?? 'transparent';
  const label = document.createElement('span');
  label.textContent = name;
  const number = document.createElement('b');
  number.textContent = value ?? '';
  line.append(dot, label, number);
  return line;
}
