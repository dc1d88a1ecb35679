import type { Opening } from './opening';
import type { Step } from './recipes';

/** Why a step with code of its own does not run: nobody has allowed the code in this project. */
export const NOT_ALLOWED = 'not_allowed';

/** Get the code that a step brings along; null if it brings none. */
export function codeOf(step: Step | undefined): string | null {
  const code = step?.op === 'python' ? (step as { code?: unknown }).code : null;
  return typeof code === 'string' && code.trim() !== '' ? code : null;
}

/**
 * Let the code of a step run in this project, if it brings any; whoever asks for it has written or read it. Answers whether
 * the step may run now; if not, `refuse` hears why.
 */
export async function permit(
  opening: Opening,
  step: Step,
  refuse: (error: unknown) => void
): Promise<boolean> {
  const code = codeOf(step);
  try {
    if (code !== null && opening.can('combining.allow')) {
      await opening.live.ask('combining.allow', { code });
    }
    return true;
  } catch (error) {
    refuse(error);
    return false;
  }
}
