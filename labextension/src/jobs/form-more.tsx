import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { Field, Select, Text } from './form-field';
import type { FormModel } from './form-model';
import { FAILURES, type Switch, type TextOption } from './form-options';

/** A kernel that can be chosen. */
export interface IKernelChoice {
  readonly name: string;
  readonly label: string;
}

/** What can be chosen here. */
export interface IChoices {
  readonly kernels: readonly IKernelChoice[];
  readonly executors: readonly Schemas['ExecutorStatus'][];
}

interface IPartProps {
  model: FormModel;
  trans: TranslationBundle;
}

/** What most jobs do without. */
export function More(props: IPartProps & { choices: IChoices }): React.JSX.Element {
  const { model, trans, choices } = props;
  const { set, isValid } = model.options;
  const [open, setOpen] = React.useState(set > 0);
  return (
    <details
      className="jp-mlstudio-RunForm-more"
      open={open || !isValid}
      onToggle={event => setOpen(event.currentTarget.open)}
    >
      <summary>
        {trans.__('More options')}
        {set > 0 ? <em>{trans._n('1 set', '%1 set', set)}</em> : null}
      </summary>
      {open || !isValid ? (
        <div className="jp-mlstudio-RunForm-fields">
          <Where model={model} trans={trans} choices={choices} />
          <Limits model={model} trans={trans} />
          <Failing model={model} trans={trans} />
          <Result model={model} trans={trans} />
        </div>
      ) : null}
    </details>
  );
}

function Where(props: IPartProps & { choices: IChoices }): React.JSX.Element {
  const { model, trans, choices } = props;
  const { options, declared } = model;
  const { kernels, executors } = choices;
  const own = kernels.find(({ name }) => name === declared?.kernel)?.label ?? declared?.kernel;
  const usual = executors.find(executor => executor.default)?.label ?? trans.__('this machine');
  const missing = executors.filter(({ available }) => !available);
  return (
    <>
      <Option
        model={model}
        trans={trans}
        option="name"
        label={trans.__('Name')}
        placeholder={trans.__('The notebook’s name')}
      />
      <Field label={trans.__('Kernel')}>
        {(_, common) => (
          <Select
            {...common}
            value={options.text('kernel')}
            onChange={kernel => enter(model, 'kernel', kernel)}
            options={[
              { value: '', label: trans.__('The notebook’s own (%1)', own ?? 'python3') },
              ...kernels.map(({ name, label }) => ({ value: name, label }))
            ]}
          />
        )}
      </Field>
      {executors.length > 1 ? (
        <Field
          label={trans.__('Runs on')}
          help={missing.map(({ label, reason }) => `${label}: ${reason ?? ''}`).join(' ')}
        >
          {(_, common) => (
            <Select
              {...common}
              value={options.text('executor')}
              onChange={executor => enter(model, 'executor', executor)}
              options={[
                { value: '', label: trans.__('As the studio is set up (%1)', usual) },
                ...executors.map(({ name, label, available, reason }) => ({
                  value: name as string,
                  label: available ? label : trans.__('%1 (not available)', label),
                  disabled: !available,
                  title: reason ?? undefined
                }))
              ]}
            />
          )}
        </Field>
      ) : null}
      <Turned
        model={model}
        option="cleanStart"
        label={trans.__('Clean start')}
        help={trans.__('A new interpreter, as by hand, instead of one whose imports are done.')}
      />
      <Lines model={model} trans={trans} />
    </>
  );
}

function Limits({ model, trans }: IPartProps): React.JSX.Element {
  const part = { model, trans };
  return (
    <>
      <Option {...part} option="priority" label={trans.__('Priority')} numeric />
      <Option {...part} option="cpu" label={trans.__('Processors')} numeric />
      <Option {...part} option="memory" label={trans.__('Memory, GB')} numeric placeholder="0" />
      <Option {...part} option="gpu" label={trans.__('GPUs')} numeric placeholder="0" />
      <Option
        {...part}
        option="custom"
        label={trans.__('Other resources')}
        placeholder="licence=1"
      />
      <Option
        {...part}
        option="timeout"
        label={trans.__('Time for the job')}
        placeholder={trans.__('No limit')}
      />
      <Option
        {...part}
        option="cellTimeout"
        label={trans.__('Time for a cell')}
        placeholder={trans.__('No limit')}
      />
    </>
  );
}

function Failing({ model, trans }: IPartProps): React.JSX.Element {
  const { options } = model;
  const words = {
    cell: trans.__('error in a cell'),
    kernel: trans.__('kernel died'),
    timeout: trans.__('time ran out'),
    start: trans.__('start failed'),
    lost: trans.__('machine or worker lost')
  };
  const retries = Number(options.text('retries')) > 0;
  const part = { model, trans };
  return (
    <>
      <Option {...part} option="retries" label={trans.__('Start again after a failure')} numeric />
      {retries ? (
        <>
          <Option {...part} option="wait" label={trans.__('First after')} />
          <Field label={trans.__('After')}>
            {id => (
              <span className="jp-mlstudio-RunForm-checks" id={id}>
                {FAILURES.map(failure => (
                  <label key={failure}>
                    <input
                      type="checkbox"
                      checked={options.retriesAfter(failure)}
                      onChange={event => {
                        options.retryAfter(failure, event.target.checked);
                        model.stateChanged.emit();
                      }}
                    />
                    {words[failure]}
                  </label>
                ))}
              </span>
            )}
          </Field>
        </>
      ) : null}
      <Option
        {...part}
        option="keepKernel"
        label={trans.__('Minutes that the kernel stays after a failure')}
        placeholder={trans.__('As the studio is set up')}
        numeric
      />
    </>
  );
}

function Result({ model, trans }: IPartProps): React.JSX.Element {
  return (
    <>
      <Turned
        model={model}
        option="reportMode"
        label={trans.__('Report')}
        help={trans.__('Hide the code in the result.')}
      />
      <Option
        model={model}
        trans={trans}
        option="output"
        label={trans.__('Write the result to')}
        placeholder={trans.__('The folder “jobs” only')}
      />
    </>
  );
}

interface IOptionProps extends IPartProps {
  option: TextOption;
  label: string;
  placeholder?: string;
  numeric?: boolean;
}

function Option(props: IOptionProps): React.JSX.Element {
  const { model, trans, option, label, ...rest } = props;
  return (
    <Field label={label} problem={model.options.problem(option, trans)}>
      {(_, common) => (
        <Text
          {...common}
          {...rest}
          value={model.options.text(option)}
          onChange={text => enter(model, option, text)}
        />
      )}
    </Field>
  );
}

function Turned(props: {
  model: FormModel;
  option: Switch;
  label: string;
  help: string;
}): React.JSX.Element {
  const { model, option, label, help } = props;
  return (
    <Field label={label} help={help}>
      {(_, common) => (
        <input
          {...common}
          type="checkbox"
          checked={model.options.isOn(option)}
          onChange={event => {
            model.options.turn(option, event.target.checked);
            model.stateChanged.emit();
          }}
        />
      )}
    </Field>
  );
}

function Lines({ model, trans }: IPartProps): React.JSX.Element {
  const problem = model.options.problem('environment', trans);
  return (
    <Field
      label={trans.__('Environment')}
      problem={problem}
      help={trans.__('A variable a line. They are kept with the job: no secrets.')}
    >
      {(_, common) => (
        <textarea
          {...common}
          rows={2}
          spellCheck={false}
          placeholder="NAME=value"
          value={model.options.text('environment')}
          onChange={event => enter(model, 'environment', event.target.value)}
        />
      )}
    </Field>
  );
}

function enter(model: FormModel, option: TextOption, text: string): void {
  model.options.enter(option, text);
  model.stateChanged.emit();
}
