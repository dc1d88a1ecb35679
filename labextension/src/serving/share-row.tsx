import type { TranslationBundle } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import type { Schemas } from '../api';
import { Button, IconButton, number, percent } from '../ui';
import type { Detail, IOrigin, Stats } from './endpoint';
import type { IModelsActions } from './models';
import { Origin } from './origin';
import type { Division, Share } from './shares';
import { WayBadge, WayFacts } from './way';
import { latencyLabel } from './words';

export interface IShareRowProps {
  share: Share;
  division: Division;
  detail: Detail;
  stats: Stats | null;
  origins: ReadonlyMap<string, IOrigin>;
  actions: IModelsActions;
  onChange: (division: Division) => void;
  trans: TranslationBundle;
}

/** One deployment that gets a part of the requests, or is compared with those that do. */
export function ShareRow(props: IShareRowProps): React.JSX.Element | null {
  const { share, detail, origins, actions, trans } = props;
  const [open, setOpen] = React.useState(false);
  const deployment = detail.endpoint.deployments.find(({ number: of }) => of === share.number);
  const way = detail.ways.find(({ number: of }) => of === share.number)?.report;
  if (!deployment) {
    return null;
  }
  return (
    <li className="jp-mlstudio-Share" data-shadow={share.shadow}>
      <Origin
        deployment={deployment}
        origin={origins.get(deployment.run_id ?? '')}
        actions={actions}
        trans={trans}
      />
      <Weight {...props} label={deployment.label} />
      <div className="jp-mlstudio-Share-facts">
        {way ? (
          <WayBadge way={way} open={open} onToggle={() => setOpen(!open)} trans={trans} />
        ) : null}
        <span>{figuresOf(props)}</span>
      </div>
      <Changes {...props} label={deployment.label} />
      {way && open ? <WayFacts way={way} trans={trans} /> : null}
    </li>
  );
}

function Weight(props: IShareRowProps & { label: string }): React.JSX.Element {
  const { share, division, onChange, label, trans } = props;
  if (share.shadow) {
    return <span className="jp-mlstudio-Badge">{trans.__('shadow')}</span>;
  }
  if (division.answering(share.model).length < 2) {
    return <strong className="jp-mlstudio-Share-all">{percent(1)}</strong>;
  }
  const field = {
    min: 0,
    max: 100,
    step: 1,
    value: share.weight,
    onChange: (event: React.ChangeEvent<HTMLInputElement>) =>
      onChange(division.weigh(share, Number(event.target.value)))
  };
  return (
    <span className="jp-mlstudio-Share-weight">
      <input {...field} type="range" aria-label={trans.__('Traffic of %1', label)} />
      <input {...field} type="number" aria-label={trans.__('Traffic of %1, in per cent', label)} />%
    </span>
  );
}

function Changes(props: IShareRowProps & { label: string }): React.JSX.Element | null {
  const { share, division, detail, onChange, actions, label, trans } = props;
  const others = division.answering(share.model).some(({ number: of }) => of !== share.number);
  const isSaved = detail.endpoint.traffic.some(({ number: of }) => of === share.number);
  if (!others) {
    return null;
  }
  return (
    <span className="jp-mlstudio-Share-changes">
      {isSaved ? (
        <Button
          title={trans.__('Give %1 all the requests', label)}
          onClick={() => actions.onPromote(share.number)}
        >
          {trans.__('Promote')}
        </Button>
      ) : null}
      <Button
        title={
          share.shadow
            ? trans.__('Let %1 answer callers', label)
            : trans.__('Ask %1 too, but only compare its answers', label)
        }
        onClick={() => onChange(division.shadow(share, !share.shadow))}
      >
        {share.shadow ? trans.__('Let it answer') : trans.__('Shadow')}
      </Button>
      <IconButton
        label={trans.__('Take %1 out of the traffic', label)}
        onClick={() => onChange(division.without(share))}
      >
        <closeIcon.react tag="span" elementSize="small" />
      </IconButton>
    </span>
  );
}

type Variant = Schemas['VariantStats'];

function figuresOf({ share, stats, detail, trans }: IShareRowProps): string {
  const variants = stats?.variants ?? [];
  const variant = variants.find(
    ({ number: of, model }) => of === share.number && model === share.model
  );
  if (!variant) {
    return '';
  }
  if (variant.shadow) {
    const main = variants.find(({ number: of }) => of === detail.endpoint.deployment?.number);
    return comparison(variant, main, trans);
  }
  const figures = [
    trans
      ._n('%1 request', '%1 requests', variant.requests)
      .replace(/^\d+/, number(variant.requests)),
    trans.__('p50 %1', latencyLabel(variant.p50_ms)),
    trans.__('p99 %1', latencyLabel(variant.p99_ms)),
    ...(variant.errors > 0 ? [trans._n('%1 error', '%1 errors', variant.errors)] : []),
    ...(variant.loaded ? [] : [trans.__('loads at its first request')])
  ];
  return figures.join(' · ');
}

/** Say how a shadow compares with the deployment that answers. */
export function comparison(
  shadow: Variant,
  main: Variant | undefined,
  trans: TranslationBundle
): string {
  if (shadow.compared_rows === 0) {
    return trans.__('Nothing to compare yet');
  }
  const agreement = trans.__(
    'agrees on %1 of %2 rows',
    percent(shadow.agreeing_rows / shadow.compared_rows),
    number(shadow.compared_rows)
  );
  const latency = trans.__(
    'p50 %1 against %2',
    latencyLabel(shadow.p50_ms),
    latencyLabel(main?.p50_ms)
  );
  return `${agreement} · ${latency}`;
}
