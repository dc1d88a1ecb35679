import * as React from 'react';

import type { Schemas } from '../api';
import { messageOf, number } from '../ui';
import type { IPartProps } from './actions';
import type { Draft } from './draft';

type Report = Schemas['JoinReport'];
type Side = Schemas['Side'];

/** What the form of a join holds; the options of steps are described by the kernel, not by the schema of the server. */
interface IJoin {
  path: string;
  keys: readonly string[];
  keys_there?: readonly string[];
  how?: string;
}

const QUIET = 400;

interface IMatchesProps extends IPartProps {
  draft: Draft;
}

/** How the keys of a join meet those of its file, counted over all rows while the form is filled in. */
export function JoinMatches({ model, draft, trans }: IMatchesProps): React.JSX.Element | null {
  const { step, place } = draft;
  const join = step.op === 'join' && draft.missing.length === 0 ? (step as unknown as IJoin) : null;
  const upto = model.steps.slice(0, place.position).filter(({ on }) => on !== false).length;
  const asked = join && model.opening.can('combining.matches') ? argumentsOf(join, upto) : null;
  const [report, setReport] = React.useState<Report | null>(null);
  const [problem, setProblem] = React.useState<string | null>(null);
  React.useEffect(() => {
    setReport(null);
    setProblem(null);
    let wanted = true;
    const count = async (): Promise<void> => {
      try {
        const found = await model.ask<Report>('combining.matches', JSON.parse(asked ?? ''));
        if (wanted) {
          setReport(found);
        }
      } catch (error) {
        if (wanted) {
          setProblem(messageOf(error));
        }
      }
    };
    const timer = asked ? setTimeout(() => void count(), QUIET) : undefined;
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [model, asked]);
  // What the step itself says is wrong already stands there.
  if (problem && !draft.problem) {
    return <p>{trans.__('The keys cannot be compared: %1', problem)}</p>;
  }
  return report && join ? <Found report={report} how={join.how ?? 'left'} trans={trans} /> : null;
}

function argumentsOf({ path, keys, keys_there: there }: IJoin, upto: number): string {
  return JSON.stringify({ path, keys, keys_there: there ?? [], upto });
}

function Found(props: {
  report: Report;
  how: string;
  trans: IPartProps['trans'];
}): React.JSX.Element {
  const { report, how, trans } = props;
  const { here, there } = report;
  const after = report.rows_after[how];
  return (
    <ul aria-label={trans.__('How the keys match')} data-matches>
      <li>{sideText(trans.__('Here'), here, trans)}</li>
      <li>{sideText(trans.__('In the file'), there, trans)}</li>
      {there.repeated > 0 ? (
        <li data-effect="changed">
          {trans._n(
            '%1 key of the file stands in several rows: they repeat rows here.',
            '%1 keys of the file stand in several rows: they repeat rows here.',
            there.repeated
          )}
        </li>
      ) : null}
      {after === undefined ? null : (
        <li>{trans.__('%1 rows become %2', number(here.rows), number(after))}</li>
      )}
    </ul>
  );
}

function sideText(name: string, side: Side, trans: IPartProps['trans']): string {
  const { matched, rows, missing, examples } = side;
  const parts = [
    trans.__('%1: %2 of %3 rows find a match', name, number(matched), number(rows)),
    ...(missing > 0 ? [trans.__('%1 without a key', number(missing))] : []),
    ...(examples.length > 0 ? [trans.__('unknown to the other: %1', examples.join(', '))] : [])
  ];
  return parts.join('; ');
}
