import type { Step } from './recipes';

/** Why a step with code of its own does not run: nobody has allowed the code in this project. */
export const NOT_ALLOWED = 'not_allowed';

/** Get the code that a step brings along; null if it brings none. */
export function codeOf(step: Step | undefined): string | null {
  const code = step?.op === 'python' ? (step as { code?: unknown }).code : null;
  return typeof code === 'string' && code.trim() !== '' ? code : null;
}
