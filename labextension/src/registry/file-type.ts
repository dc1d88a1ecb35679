import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';

import { registryIcon } from '../ui';

/** How the names of exported versions end. */
export const ENDING = '.model.zip';

/** Let the file browser know exported versions. */
export function addFileType({ docRegistry }: JupyterFrontEnd, trans: TranslationBundle): void {
  docRegistry.addFileType({
    name: 'mlstudio-model',
    displayName: trans.__('Model version'),
    extensions: [ENDING],
    mimeTypes: ['application/zip'],
    contentType: 'file',
    fileFormat: 'base64',
    icon: registryIcon
  });
}
