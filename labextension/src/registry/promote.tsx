import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Api, Schemas } from '../api';
import { messageOf } from '../ui';
import type { VersionsModel } from './versions';

type Promotion = Schemas['Promotion'];

/** What moves to which version, and on which condition. */
export interface IWish {
  alias: string;
  metric: string | null;
  force: boolean;
}

const CHAMPION = 'champion';

/** Let the user move an alias to a version, with what that changes before, and the way back after. */
export async function promote(
  api: Api,
  model: VersionsModel,
  version: number,
  trans: TranslationBundle
): Promise<void> {
  const form = new PromoteForm(api, model, version, trans);
  const { button, value } = await showDialog({
    title: trans.__('Promote version %1 of %2', version, model.name),
    body: form,
    buttons: [Dialog.cancelButton(), Dialog.okButton({ label: trans.__('Promote') })],
    focusNodeSelector: 'input'
  });
  if (button.accept && value && value.alias.trim() !== '') {
    const done = await send(api, model.name, version, {
      ...value,
      alias: value.alias.trim(),
      expected: form.before
    });
    await model.refresh();
    tell(api, model, done, trans);
  }
}

async function send(
  api: Api,
  name: string,
  version: number,
  body: Schemas['PromotionSpec']
): Promise<Promotion | null> {
  const path = { name, version: String(version) };
  const { data } = await api.POST('/registry/models/{name}/versions/{version}/promotion', {
    params: { path },
    body
  });
  return data ?? null;
}

function tell(
  api: Api,
  model: VersionsModel,
  done: Promotion | null,
  trans: TranslationBundle
): void {
  if (done === null || done.before === done.version) {
    return;
  }
  const { alias, before, version } = done;
  const undo = async (): Promise<void> => {
    const back = { alias, expected: version, force: true };
    const undone = before === null ? model.removeAlias(alias) : send(api, model.name, before, back);
    await undone.then(
      () => model.refresh(),
      (error: unknown) => void Notification.error(messageOf(error).slice(0, 139))
    );
  };
  Notification.success(trans.__('%1 is version %2 of %3 now.', alias, version, model.name), {
    autoClose: 10_000,
    actions: [{ label: trans.__('Undo'), callback: () => void undo() }]
  });
}

/** The body of the dialog. */
class PromoteForm extends ReactWidget implements Dialog.IBodyWidget<IWish> {
  constructor(
    private readonly _api: Api,
    private readonly _model: VersionsModel,
    private readonly _version: number,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('jp-mlstudio-PromoteForm');
  }

  /** The version that the alias stood for when the user was told; 0 for none, null if that is not known. */
  before: number | null = null;

  getValue(): IWish {
    return this._wish;
  }

  protected render(): React.JSX.Element {
    const { _model: model, _version: version, _trans: trans } = this;
    const look = async (wish: IWish): Promise<Promotion | null> => {
      const { alias, metric } = wish;
      const { data } = await this._api.GET('/registry/models/{name}/versions/{version}/promotion', {
        params: {
          path: { name: model.name, version: String(version) },
          query: metric === null ? { alias } : { alias, metric }
        }
      });
      this.before = data ? (data.before ?? 0) : null;
      return data ?? null;
    };
    return (
      <PromoteFields
        first={this._wish}
        aliases={model.registered?.aliases.map(({ alias }) => alias) ?? []}
        metrics={model.overview?.metrics ?? []}
        look={look}
        onChange={wish => {
          this._wish = wish;
        }}
        onMay={may => this._allow(may)}
        trans={trans}
      />
    );
  }

  /** Let the dialog be accepted only with what the server is not going to refuse. */
  private _allow(may: boolean): void {
    const dialog = this.node.closest('.jp-Dialog');
    const accept = dialog?.querySelector<HTMLButtonElement>('button.jp-mod-accept');
    if (accept) {
      accept.disabled = !may;
    }
  }

  private _wish: IWish = { alias: CHAMPION, metric: null, force: false };
}

export interface IPromoteFieldsProps {
  first: IWish;
  /** The aliases that there are. */
  aliases: readonly string[];
  /** The metrics that there are. */
  metrics: readonly string[];
  /** Tells what would change. */
  look: (wish: IWish) => Promise<Promotion | null>;
  onChange: (wish: IWish) => void;
  /** Told whether this may be asked for. */
  onMay: (may: boolean) => void;
  trans: TranslationBundle;
}

/** Which alias moves, on which condition, and what that changes. */
export function PromoteFields(props: IPromoteFieldsProps): React.JSX.Element {
  const { first, aliases, metrics, onChange, onMay, trans } = props;
  const [wish, setWish] = React.useState(first);
  const names = React.useId();
  const ahead = useAhead(wish, props.look);
  const change = (changed: Partial<IWish>): void => {
    setWish({ ...wish, ...changed });
    onChange({ ...wish, ...changed });
  };
  const isShut = typeof ahead === 'object' && ahead?.gate?.passed === false;
  const may = typeof ahead === 'object' && wish.alias.trim() !== '' && (!isShut || wish.force);
  React.useEffect(() => onMay(may), [may]);
  return (
    <>
      <label>
        {trans.__('Alias that moves')}
        <input
          type="text"
          required
          list={names}
          value={wish.alias}
          onChange={event => change({ alias: event.target.value })}
        />
        <datalist id={names}>
          {aliases.map(alias => (
            <option key={alias} value={alias} />
          ))}
        </datalist>
      </label>
      {metrics.length > 0 ? (
        <label>
          {trans.__('Only if it is not worse in')}
          <select
            value={wish.metric ?? ''}
            onChange={event => change({ metric: event.target.value || null, force: false })}
          >
            <option value="">{trans.__('No condition')}</option>
            {metrics.map(metric => (
              <option key={metric}>{metric}</option>
            ))}
          </select>
        </label>
      ) : null}
      <div role="status" className="jp-mlstudio-PromoteForm-ahead">
        {typeof ahead === 'string' ? <p>{ahead}</p> : null}
        {typeof ahead === 'object' && ahead ? <Ahead ahead={ahead} trans={trans} /> : null}
      </div>
      {isShut ? (
        <label className="jp-mod-row">
          <input
            type="checkbox"
            checked={wish.force}
            onChange={event => change({ force: event.target.checked })}
          />
          {trans.__('Promote it all the same')}
        </label>
      ) : null}
    </>
  );
}

/** What would change, or the reason why that cannot be told. */
function useAhead(wish: IWish, look: IPromoteFieldsProps['look']): Promotion | string | null {
  const [ahead, setAhead] = React.useState<Promotion | string | null>(null);
  const { alias, metric } = wish;
  React.useEffect(() => {
    let isOld = false;
    const asked = alias.trim() === '' ? Promise.resolve(null) : look(wish);
    void asked.then(
      found => void (isOld || setAhead(found)),
      (error: unknown) => void (isOld || setAhead(messageOf(error)))
    );
    return () => {
      isOld = true;
    };
  }, [alias, metric]);
  return ahead;
}

function Ahead(props: { ahead: Promotion; trans: TranslationBundle }): React.JSX.Element {
  const { ahead, trans } = props;
  const { alias, before, version, endpoints, gate } = ahead;
  return (
    <>
      <p>{moved(alias, before, version, trans)}</p>
      {endpoints.length === 0 ? (
        <p>{trans.__('No endpoint follows %1.', alias)}</p>
      ) : (
        <ul>
          {endpoints.map(({ id, name, serves }) => (
            <li key={id}>
              {serves.length > 0 && !serves.includes(version)
                ? trans.__('Endpoint %1 rolls from version %2 to %3.', name, serves.join(), version)
                : trans.__('Endpoint %1 follows it and serves version %2.', name, version)}
            </li>
          ))}
        </ul>
      )}
      {gate ? <p data-passed={gate.passed}>{gate.reason}</p> : null}
    </>
  );
}

/** Say where an alias goes. */
export function moved(
  alias: string,
  before: number | null,
  version: number,
  trans: TranslationBundle
): string {
  if (before === null) {
    return trans.__('%1 is new, and will stand for version %2.', alias, version);
  }
  return before === version
    ? trans.__('%1 stands for version %2 already.', alias, version)
    : trans.__('%1 moves from version %2 to version %3.', alias, before, version);
}
