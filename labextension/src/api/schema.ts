export interface paths {}
export interface components { schemas: { Changed: { kind: 'job' | 'run' | 'model' | 'endpoint' | 'recipe'; id: string; change: 'added' | 'changed' | 'removed' }; Failure: { message: string; reason: string | null } } }
