import type { Api, Schemas } from '../api';

/** A model that can be put behind an endpoint. */
export interface ICandidate {
  /** Tells it apart from the others. */
  readonly key: string;
  /** What to call it on the screen. */
  readonly label: string;
  /** The name of the model alone, for the endpoint's name. */
  readonly name: string;
  /** When it was made; null if unknown. */
  readonly createdAt: string | null;
  /** How a request names it. */
  readonly source: Pick<Schemas['RollSpec'], 'model' | 'run_id'>;
}

/** What the caller of a command may name: a run, a registered model, or one version of it. */
export interface IWanted {
  readonly run_id?: string;
  readonly name?: string;
  readonly version?: number;
}

/** The models that the user may choose among. */
export class Candidates {
  constructor(
    /** Versions of registered models, the last changed model first. */
    readonly versions: readonly ICandidate[],
    /** Models that runs have logged, the newest first. */
    readonly runs: readonly ICandidate[]
  ) {}

  find(key: string): ICandidate | undefined {
    return [...this.versions, ...this.runs].find(candidate => candidate.key === key);
  }

  /** What is chosen at first: what was asked for, or the newest. */
  first(wanted: IWanted): ICandidate | undefined {
    if (wanted.run_id !== undefined) {
      return this.runs.find(({ source }) => source.run_id === wanted.run_id);
    }
    if (wanted.name !== undefined) {
      return this.versions.find(
        ({ source }) =>
          source.model?.name === wanted.name &&
          (wanted.version === undefined || source.model?.version === wanted.version)
      );
    }
    return this.versions[0] ?? this.runs[0];
  }
}

/** Ask which models there are: every version of every registered model, and the newest models of runs. */
export async function candidates(api: Api, wanted: IWanted): Promise<Candidates> {
  const [models, runs] = await Promise.all([
    api.GET('/registry/models'),
    wanted.run_id === undefined
      ? api.GET('/registry/logged')
      : api.GET('/registry/runs/{run_id}/models', { params: { path: { run_id: wanted.run_id } } })
  ]);
  const versions = await Promise.all(
    (models.data?.items ?? []).map(async ({ name }) => {
      const { data } = await api.GET('/registry/models/{name}/versions', {
        params: { path: { name } }
      });
      return data?.items ?? [];
    })
  );
  return new Candidates(
    versions.flat().filter(isReady).map(ofVersion),
    newestOfRuns(runs.data?.items ?? []).map(ofRun)
  );
}

function isReady({ state }: { state: Schemas['VersionState'] }): boolean {
  return state === 'ready';
}

function ofVersion({ name, version, created_at }: Schemas['ModelVersion']): ICandidate {
  return {
    key: `version ${version} ${name}`,
    label: `${name} ${version}`,
    name,
    createdAt: created_at,
    source: { model: { name, version } }
  };
}

function ofRun({ name, run_id, created_at }: Schemas['LoggedModel']): ICandidate {
  return {
    key: `run ${run_id}`,
    label: name,
    name,
    createdAt: created_at,
    source: { run_id }
  };
}

/** A run stands for its newest model. */
function newestOfRuns(models: readonly Schemas['LoggedModel'][]): Schemas['LoggedModel'][] {
  const seen = new Set<string>();
  return models.filter(model => {
    const isNewest = model.run_id !== null && isReady(model) && !seen.has(model.run_id);
    seen.add(model.run_id ?? '');
    return isNewest;
  });
}
