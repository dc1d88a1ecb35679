import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { ago, Button, Chips, exactTime, Failure, Loading, StateMark } from '../ui';
import type { IModelActions } from './actions';
import type { ILineageCanvasProps } from './lineage-canvas';
import { LineageList } from './lineage-list';
import { kindLabel, stateLabel } from './nodes';
import type { Lineage, LineageModel, LineageNode } from './origin';
import type { VersionsModel } from './versions';

const Canvas = React.lazy(async () => import('./lineage-canvas'));

export interface ILineagePaneProps {
  model: VersionsModel;
  actions: IModelActions;
  trans: TranslationBundle;
}

/** Where the version comes from and what depends on it, as a graph or as a list. */
export function LineagePane({ model, actions, trans }: ILineagePaneProps): React.JSX.Element {
  const [form, setForm] = React.useState<'graph' | 'list'>('graph');
  const { lineage, failure, selected } = model.lineage;
  if (failure !== null) {
    return (
      <Failure
        message={failure}
        retryLabel={trans.__('Retry')}
        onRetry={() => model.show('lineage')}
      />
    );
  }
  if (lineage === null) {
    return <Loading label={trans.__('Drawing the lineage')} rows={6} />;
  }
  const origin = model.lineage;
  return (
    <div className="jp-mlstudio-Lineage">
      <div className="jp-mlstudio-Lineage-bar">
        {origin.mayGoBack ? (
          <Button onClick={() => void origin.back()}>{trans.__('Back')}</Button>
        ) : null}
        <span>{told(lineage, trans)}</span>
        <Chips
          label={trans.__('How the lineage is shown')}
          value={form}
          onChange={setForm}
          options={[
            { value: 'graph', label: trans.__('Graph') },
            { value: 'list', label: trans.__('List') }
          ]}
        />
      </div>
      {selected ? <Chosen {...{ node: selected, lineage, origin, actions, trans }} /> : null}
      {form === 'graph' ? (
        <Graph origin={origin} lineage={lineage} actions={actions} trans={trans} />
      ) : (
        <LineageList
          lineage={lineage}
          selected={selected?.id ?? null}
          onSelect={id => origin.select(id)}
          onOpen={node => actions.openNode(node)?.()}
          trans={trans}
        />
      )}
    </div>
  );
}

function told({ nodes, focus, left_out }: Lineage, trans: TranslationBundle): string {
  const about = nodes.find(({ id }) => id === focus);
  const head = about ? `${kindLabel(about.kind, trans)} ${about.title}` : '';
  return left_out > 0
    ? trans.__('%1; %2 more runs became no version and are not drawn', head, left_out)
    : head;
}

interface IGraphProps {
  origin: LineageModel;
  lineage: Lineage;
  actions: IModelActions;
  trans: TranslationBundle;
}

function Graph({ origin, lineage, actions, trans }: IGraphProps): React.JSX.Element {
  const props: ILineageCanvasProps = {
    lineage,
    selected: origin.selected?.id ?? null,
    trans,
    onSelect: id => origin.select(id),
    onOpen: id => {
      const node = lineage.nodes.find(each => each.id === id);
      (node ? actions.openNode(node) : null)?.();
    }
  };
  return (
    <React.Suspense fallback={<Loading label={trans.__('Drawing the lineage')} rows={6} />}>
      <Canvas {...props} />
    </React.Suspense>
  );
}

interface IChosenProps extends IGraphProps {
  node: LineageNode;
}

/** What is known of the chosen thing, and where one can go from it. */
function Chosen({ node, lineage, origin, actions, trans }: IChosenProps): React.JSX.Element {
  const isHere = node.id === lineage.focus;
  const open = isHere && node.kind === 'version' ? null : actions.openNode(node);
  return (
    <div className="jp-mlstudio-Lineage-chosen" aria-live="polite">
      <strong>{node.title}</strong>
      <span>{kindLabel(node.kind, trans)}</span>
      {node.state ? <StateMark state={node.state} label={stateLabel(node.state, trans)} /> : null}
      {node.at ? <time title={exactTime(node.at)}>{ago(node.at)}</time> : null}
      <code>{node.key}</code>
      {open ? <Button onClick={open}>{trans.__('Open')}</Button> : null}
      {isHere ? null : (
        <Button onClick={() => void origin.walk(node.id)}>{trans.__('Show its lineage')}</Button>
      )}
    </div>
  );
}
