import type { Api, Schemas } from '../api';

/** A model that can be put behind an endpoint. */
export interface ICandidate {
  /** Tells it apart from the others. */
  readonly key: string;
  /** What to call it on the screen. */
  readonly label: string;
  /** The name of the model alone, for the endpoint's name. */
  readonly name: string;
  /** The aliases that stand for it. */
  readonly aliases: readonly string[];
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

  /** What is chosen at first for an endpoint that serves already: the newest that it does not serve. */
  next(served: Schemas['Deployment'] | null): ICandidate | undefined {
    const all = [...this.versions, ...this.runs];
    return all.find(candidate => !isServed(candidate, served)) ?? all[0];
  }
}

function isServed({ source }: ICandidate, served: Schemas['Deployment'] | null): boolean {
  if (source.model) {
    const { name, version } = source.model;
    return served?.model?.name === name && served.model.version === version;
  }
  return served?.run_id === source.run_id;
}

/** Ask which models there are: every version of every registered model, and the newest models of runs. */
export async function candidates(api: Api, wanted: IWanted): Promise<Candidates> {
  const [versions, runs] = await Promise.all([
    allVersions(api),
    modelsOfRuns(api, wanted.run_id === undefined ? {} : { ids: wanted.run_id })
  ]);
  return new Candidates(versions.filter(isReady).map(ofVersion), runs);
}

/** Ask which of the newest runs have logged a model, and name the newest of each. */
export async function modelsOfRuns(
  api: Api,
  query: { readonly ids?: string; readonly search?: string },
  fits: (run: Schemas['RunRow']) => boolean = () => true
): Promise<readonly ICandidate[]> {
  const { data } = await api.GET('/experiments/runs', {
    params: { query: { ...query, limit: NEWEST_RUNS } }
  });
  const runs = (data?.items ?? []).filter(fits);
  if (runs.length === 0) {
    return [];
  }
  const asked = { params: { query: { runs: runs.map(({ id }) => id).join(',') } } };
  const logged = (await api.GET('/registry/logged', asked)).data?.items.filter(isReady) ?? [];
  return runs.flatMap(run => {
    const newest = logged.find(({ run_id }) => run_id === run.id);
    return newest ? [ofRun(newest, run)] : [];
  });
}

const NEWEST_RUNS = 50;

async function allVersions(api: Api): Promise<readonly Schemas['ModelVersion'][]> {
  return (await api.GET('/registry/versions')).data?.items ?? [];
}

function isReady({ state }: { state: Schemas['VersionState'] }): boolean {
  return state === 'ready';
}

function ofVersion(of: Schemas['ModelVersion']): ICandidate {
  const { name, version, aliases, created_at } = of;
  return {
    key: `version ${version} ${name}`,
    label: `${name} ${version}`,
    name,
    aliases,
    createdAt: created_at,
    source: { model: { name, version } }
  };
}

function ofRun(model: Schemas['LoggedModel'], run: Schemas['RunRow']): ICandidate {
  return {
    key: `run ${run.id}`,
    label: `${model.name} (${run.name})`,
    name: model.name,
    aliases: [],
    createdAt: model.created_at,
    source: { run_id: run.id }
  };
}
