import * as React from 'react';

import { Button } from '../ui';
import { iconOf, whatOf } from './workflow-cards';
import { ConditionEditor } from './workflow-condition-editor';
import type { WorkflowDesk } from './workflow-desk';
import { Field, TextField } from './workflow-fields';
import { freeId, renamed } from './workflow-graph';
import { MoreSettings } from './workflow-inspector-more';
import { NeedsEditor } from './workflow-needs';
import { NodeParameters } from './workflow-node-parameters';
import { folderOf, inProject } from './workflow-paths';
import { NodeResult } from './workflow-node-result';
import type { WorkflowNode } from './workflow-types';

/** The settings of the node that is chosen, and what became of it. */
export function Inspector({ desk }: { desk: WorkflowDesk }): React.JSX.Element {
  const { trans, model, runs, workflow } = desk;
  const [id] = model.selection;
  const node = (workflow.nodes ?? []).find(each => each.id === id);
  if (!node || model.selection.length !== 1) {
    return (
      <p className="jp-mlstudio-Hint">
        {model.selection.length > 1
          ? trans.__('%1 nodes are chosen. Choose one to see its settings.', model.selection.length)
          : trans.__('Choose a node to see its settings.')}
      </p>
    );
  }
  const ran = runs.node(node.id);
  return (
    <div className="jp-mlstudio-Form jp-mlstudio-WorkflowForm" key={node.id}>
      {ran ? <NodeResult desk={desk} ran={ran} /> : null}
      {runs.isPast ? null : <NodeProblems desk={desk} node={node} />}
      <fieldset disabled={!desk.editable}>
        <Identity desk={desk} node={node} />
        <NodeParameters desk={desk} node={node} />
        <NeedsEditor desk={desk} node={node} />
        <ConditionEditor desk={desk} node={node} />
        <MoreSettings desk={desk} node={node} />
      </fieldset>
    </div>
  );
}

export interface INodeProps {
  readonly desk: WorkflowDesk;
  readonly node: WorkflowNode;
}

function NodeProblems({ desk, node }: INodeProps): React.JSX.Element | null {
  const problems = desk.model.problemsOf(node.id);
  if (problems.length === 0) {
    return null;
  }
  return (
    <ul className="jp-mlstudio-WorkflowForm-problems" role="alert">
      {problems.map(({ message, severity }) => (
        <li key={message} data-severity={severity}>
          {message}
        </li>
      ))}
    </ul>
  );
}

function Identity({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model } = desk;
  const rename = (wanted: string): void => {
    const next = freeId(model.workflow, wanted);
    model.edit(workflow => renamed(workflow, node.id, next));
    model.select([next]);
  };
  return (
    <>
      <What desk={desk} node={node} />
      <div className="jp-mlstudio-WorkflowForm-pair">
        <Field label={trans.__('Name')}>
          {id => <TextField id={id} value={node.id} onCommit={rename} />}
        </Field>
        <Field label={trans.__('Title')}>
          {id => (
            <TextField
              id={id}
              value={node.title ?? ''}
              placeholder={node.id}
              onCommit={title => model.change(node.id, { title: title || undefined })}
            />
          )}
        </Field>
      </div>
    </>
  );
}

function What({ desk, node }: INodeProps): React.JSX.Element {
  const { trans, model, actions } = desk;
  const Icon = iconOf(node);
  const pick = async (): Promise<void> => {
    const notebook = await actions.pickFile('.ipynb');
    if (notebook) {
      model.change(node.id, { notebook });
    }
  };
  if (node.use) {
    const ready = model.palette.find(({ name }) => name === node.use);
    return (
      <p className="jp-mlstudio-WorkflowForm-what">
        <Icon.react tag="span" elementSize="normal" />
        <span>
          <strong>{whatOf(node, model.palette, trans)}</strong> {ready?.help}
        </span>
      </p>
    );
  }
  const isNotebook = node.notebook !== null && node.notebook !== undefined;
  const set = (text: string): void =>
    model.change(node.id, { [isNotebook ? 'notebook' : 'function']: text || undefined });
  return (
    <Field
      label={isNotebook ? trans.__('Notebook') : trans.__('Function')}
      help={
        isNotebook ? '' : trans.__('file.py:name or module:name, from the folder of this workflow')
      }
    >
      {id => (
        <div className="jp-mlstudio-Form-path">
          <TextField id={id} value={node.notebook ?? node.function ?? ''} onCommit={set} />
          {isNotebook ? <Button onClick={() => void pick()}>{trans.__('Browse…')}</Button> : null}
          <Button onClick={() => open(desk, node)}>{trans.__('Open')}</Button>
        </div>
      )}
    </Field>
  );
}

function open({ actions, model }: WorkflowDesk, node: WorkflowNode): void {
  const file = node.notebook ?? node.function?.replace(/:[^:]*$/, '');
  if (file) {
    actions.openFile(inProject(folderOf(model.text.path), file));
  }
}
