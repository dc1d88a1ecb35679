import * as React from 'react';

import { Field, TextField } from './workflow-fields';
import type { INodeProps } from './workflow-inspector';
import { originsOf } from './workflow-origins';
import { ValueField } from './workflow-value';

/** Run a node once for each item of a list. */
export function ForEachEditor({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model, runs } = desk;
  const each = node.for_each ?? null;
  const origins = originsOf(model, runs.detail, { ...node, for_each: null }, trans);
  const set = (fields: object): void =>
    model.change(node.id, { for_each: { items: [], ...each, ...fields } });
  return (
    <section aria-label={trans.__('For each')}>
      <h3>{trans.__('For each')}</h3>
      <label className="jp-mlstudio-WorkflowForm-check">
        <input
          type="checkbox"
          checked={each !== null}
          onChange={event =>
            model.change(node.id, {
              for_each: event.target.checked ? { items: [1, 2, 3] } : undefined
            })
          }
        />
        {trans.__('Run once for each item of a list')}
      </label>
      {each ? (
        <>
          <Field
            label={trans.__('Items')}
            help={trans.__('Such as [1, 2, 3]. A parameter takes the present one by its menu.')}
          >
            {id => (
              <ValueField
                id={id}
                label={trans.__('Items')}
                type="list"
                value={each.items}
                disabled={!desk.editable}
                origins={origins}
                trans={trans}
                onCommit={value => set({ items: value ?? [] })}
              />
            )}
          </Field>
          <Field label={trans.__('At the same time')}>
            {id => (
              <TextField
                id={id}
                value={each.at_once ? String(each.at_once) : ''}
                placeholder={trans.__('as many as there is room for')}
                onCommit={text =>
                  set({ at_once: Number(text) >= 1 ? Math.floor(Number(text)) : undefined })
                }
              />
            )}
          </Field>
        </>
      ) : null}
    </section>
  );
}
