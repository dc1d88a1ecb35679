import { addIcon, closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { Button, IconButton } from '../ui';
import { comparisons, condition, literal, OPERATORS, type IComparison } from './workflow-condition';
import { Field, TextField } from './workflow-fields';
import type { INodeProps } from './workflow-inspector';
import { originsOf } from './workflow-origins';
import type { IOrigin } from './workflow-value';

/** When a node runs: built from comparisons, or written. */
export function ConditionEditor({ desk, node }: INodeProps): React.JSX.Element | null {
  const { trans, model, runs } = desk;
  const when = node.when ?? '';
  const parts = comparisons(when);
  const [begun, setBegun] = React.useState<IComparison | null>(null);
  const origins = originsOf(model, runs.detail, { ...node, for_each: null }, trans);
  const set = (text: string): void => model.change(node.id, { when: text || undefined });
  const put = (at: number, part: IComparison | null): void => {
    const next = [...(parts ?? []), ...(begun ? [begun] : [])].flatMap((old, index) =>
      index === at ? (part ?? []) : old
    );
    const open = next.find(({ left, right }) => left === '' || right === '') ?? null;
    setBegun(open);
    set(condition(next));
  };
  if (origins.length === 0 && when === '') {
    return null; // there is nothing that it could depend on
  }
  return (
    <section aria-label={trans.__('Condition')}>
      <h3>{trans.__('Condition')}</h3>
      {[...(parts ?? []), ...(begun ? [begun] : [])].map((part, at) => (
        <Comparison
          key={at}
          part={part}
          origins={origins}
          desk={desk}
          onChange={next => put(at, next)}
        />
      ))}
      {parts !== null && begun === null && origins.length > 0 ? (
        <Button onClick={() => setBegun({ left: '', operator: '>', right: '' })}>
          <addIcon.react tag="span" elementSize="small" />{' '}
          {parts.length > 0 ? trans.__('And also') : trans.__('Run only if…')}
        </Button>
      ) : null}
      {when ? (
        <Field label={trans.__('Written out')}>
          {id => <TextField id={id} value={when} onCommit={set} />}
        </Field>
      ) : null}
    </section>
  );
}

interface IComparisonProps {
  readonly desk: INodeProps['desk'];
  readonly part: IComparison;
  readonly origins: readonly IOrigin[];
  readonly onChange: (part: IComparison | null) => void;
}

function Comparison({ desk, part, origins, onChange }: IComparisonProps): React.JSX.Element {
  const { trans } = desk;
  const isKnown = origins.some(({ expression }) => expression === part.left);
  return (
    <div className="jp-mlstudio-WorkflowComparison">
      <select
        className="jp-mlstudio-Form-input"
        aria-label={trans.__('What is compared')}
        value={part.left}
        onChange={event => onChange({ ...part, left: event.target.value })}
      >
        <option value="">{trans.__('Choose…')}</option>
        {isKnown || part.left === '' ? null : <option>{part.left}</option>}
        {origins.map(({ expression, group, label }) => (
          <option key={expression} value={expression}>
            {`${group} › ${label}`}
          </option>
        ))}
      </select>
      <select
        className="jp-mlstudio-Form-input"
        aria-label={trans.__('How it is compared')}
        value={part.operator}
        onChange={event => onChange({ ...part, operator: event.target.value })}
      >
        {OPERATORS.map(operator => (
          <option key={operator}>{operator}</option>
        ))}
      </select>
      <TextField
        label={trans.__('With what')}
        placeholder={trans.__('value')}
        value={part.right}
        onCommit={text => onChange({ ...part, right: literal(text) })}
      />
      <IconButton label={trans.__('Leave out this comparison')} onClick={() => onChange(null)}>
        <closeIcon.react tag="span" elementSize="normal" />
      </IconButton>
    </div>
  );
}
