import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import type { Schemas } from '../api';
import { bytes, DiffLines, Failure, Loading, messageOf } from '../ui';
import { GroupHead } from './compare-table';
import type { ICompareProps } from './compare-view';

type Artifact = Schemas['ComparedArtifact'];

const PICTURE = /\.(png|jpe?g|gif|webp)$/i;
const FEWEST = 40;

/** The files of the runs: which are there, how large, and whether they are the same; one can be looked at. */
export function ArtifactRows(props: ICompareProps): React.JSX.Element | null {
  const { model, comparison, trans } = props;
  const [open, setOpen] = React.useState<string | null>(null);
  const [all, setAll] = React.useState(false);
  const wanted = model.shown(comparison.artifacts);
  const span = comparison.runs.length + 1;
  if (wanted.length === 0 && !comparison.artifacts_note) {
    return null;
  }
  return (
    <tbody data-section="artifacts">
      <GroupHead title={trans.__('Artifacts')} count={wanted.length} span={span} />
      {(all ? wanted : wanted.slice(0, FEWEST)).map(artifact => (
        <React.Fragment key={artifact.name}>
          <ArtifactRow
            artifact={artifact}
            isOpen={open === artifact.name}
            toggle={() => setOpen(open === artifact.name ? null : artifact.name)}
            trans={trans}
          />
          {open === artifact.name ? (
            <tr>
              <td colSpan={span} className="jp-mod-open">
                <Beside {...props} artifact={artifact} />
              </td>
            </tr>
          ) : null}
        </React.Fragment>
      ))}
      {wanted.length > FEWEST && !all ? (
        <tr>
          <td colSpan={span}>
            <button type="button" className="jp-mlstudio-Link" onClick={() => setAll(true)}>
              {trans.__('Show %1 more', wanted.length - FEWEST)}
            </button>
          </td>
        </tr>
      ) : null}
      {comparison.artifacts_note ? (
        <tr>
          <td colSpan={span}>{comparison.artifacts_note}</td>
        </tr>
      ) : null}
    </tbody>
  );
}

function ArtifactRow(props: {
  artifact: Artifact;
  isOpen: boolean;
  toggle: () => void;
  trans: TranslationBundle;
}): React.JSX.Element {
  const { artifact, isOpen, toggle, trans } = props;
  const known = new Set(artifact.digests.filter(Boolean));
  return (
    <tr data-differs={artifact.differs}>
      <th scope="row" title={artifact.name}>
        <button
          type="button"
          className="jp-mlstudio-Link"
          aria-expanded={isOpen}
          title={trans.__('Look at %1 side by side', artifact.name)}
          onClick={toggle}
        >
          {artifact.name}
        </button>
      </th>
      {artifact.paths.map((path, place) => {
        const size = artifact.sizes[place] ?? null;
        const isSame = known.size === 1 && !artifact.differs;
        const words = path === null ? '–' : size === null ? trans.__('there') : bytes(size);
        return (
          <td
            key={place}
            title={artifact.digests[place] ?? ''}
            className={isSame ? 'jp-mod-same' : ''}
          >
            {words}
            {isSame && place > 0 ? <small>{trans.__('the same')}</small> : null}
          </td>
        );
      })}
    </tr>
  );
}

/** One artifact of the reference and of the other run: pictures next to each other, texts line by line. */
function Beside(props: ICompareProps & { artifact: Artifact }): React.JSX.Element {
  const { model, comparison, artifact, trans } = props;
  const places = [model.reference, model.other].map(id =>
    comparison.runs.findIndex(run => run.id === id)
  );
  const sides = places.map(place => ({
    run: comparison.runs[place],
    path: artifact.paths[place] ?? null
  }));
  if (PICTURE.test(artifact.name)) {
    return (
      <div className="jp-mlstudio-Compare-pictures">
        {sides.map(({ run, path }, place) => (
          <figure key={place}>
            <figcaption>{run?.name}</figcaption>
            {run && path ? (
              <Picture id={run.id} path={path} {...props} />
            ) : (
              <p className="jp-mlstudio-Hint">{trans.__('This run has no such file.')}</p>
            )}
          </figure>
        ))}
      </div>
    );
  }
  const [one, other] = sides;
  if (!one?.path || !other?.path || !one.run || !other.run) {
    return <p className="jp-mlstudio-Hint">{trans.__('Only one of both runs has this file.')}</p>;
  }
  return (
    <TextDifference
      {...props}
      spec={{
        one: one.run.id,
        other: other.run.id,
        one_path: one.path,
        other_path: other.path
      }}
    />
  );
}

function Picture(props: ICompareProps & { id: string; path: string }): React.JSX.Element {
  const { model, id, path, trans } = props;
  const [found, setFound] = React.useState<{ url?: string; failure?: string }>({});
  React.useEffect(() => {
    let [url, isGone] = ['', false];
    model
      .picture(id, path)
      .then(blob => {
        url = isGone ? '' : URL.createObjectURL(blob);
        setFound({ url });
      })
      .catch((error: unknown) => setFound({ failure: messageOf(error) }));
    return () => {
      isGone = true;
      URL.revokeObjectURL(url);
    };
  }, [model, id, path]);
  if (found.failure !== undefined) {
    return <Failure message={found.failure} />;
  }
  return found.url ? (
    <img src={found.url} alt={path} />
  ) : (
    <Loading label={trans.__('Loading the picture')} rows={3} />
  );
}

function TextDifference(
  props: ICompareProps & { spec: Schemas['ArtifactDifferenceSpec'] }
): React.JSX.Element {
  const { model, spec, trans } = props;
  const [found, setFound] = React.useState<Schemas['ArtifactDifference'] | null>(null);
  const [failure, setFailure] = React.useState<string | null>(null);
  const key = JSON.stringify(spec);
  React.useEffect(() => {
    let isGone = false;
    [setFound, setFailure].forEach(set => set(null));
    model
      .difference(spec)
      .then(difference => !isGone && setFound(difference))
      .catch((error: unknown) => !isGone && setFailure(messageOf(error)));
    return () => {
      isGone = true;
    };
  }, [model, key]);
  if (failure !== null) {
    return <Failure message={failure} />;
  }
  if (found === null) {
    return <Loading label={trans.__('Comparing the files')} rows={3} />;
  }
  const isSame = found.lines.length > 0 && found.lines.every(({ kind }) => kind === 'same');
  return (
    <div className="jp-mlstudio-NotebookDiff">
      {isSame ? <p className="jp-mlstudio-Hint">{trans.__('Both are the same.')}</p> : null}
      <DiffLines lines={found.lines} />
      {found.note ? <small>{found.note}</small> : null}
    </div>
  );
}
