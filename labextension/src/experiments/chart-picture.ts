import { Notification } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

import { messageOf } from '../ui';
import { csvOf } from './chart-csv';
import type { ChartModel } from './chart-model';
import type { IPlot } from './plot';

export type Form = 'png' | 'svg' | 'csv';

/** Save a chart as a file of the browser's. */
export async function download(
  form: Form,
  model: ChartModel,
  plot: IPlot | null,
  name: string
): Promise<void> {
  const content = await blobOf(form, model, plot);
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = `${name.replace(/[^\w.-]+/g, '-').replace(/^-+|-+$/g, '') || 'chart'}.${form}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Put a picture of a chart on the clipboard. */
export async function copyPicture(plot: IPlot | null, trans: TranslationBundle): Promise<void> {
  try {
    const picture = await pngOf(plot);
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': picture })]);
    Notification.success(trans.__('The picture is on the clipboard.'), { autoClose: 2500 });
  } catch (error) {
    Notification.error(
      trans.__(
        'The browser did not let the picture onto the clipboard (%1). Download it as PNG instead.',
        messageOf(error)
      ),
      { autoClose: 6000 }
    );
  }
}

async function blobOf(form: Form, model: ChartModel, plot: IPlot | null): Promise<Blob> {
  switch (form) {
    case 'png':
      return pngOf(plot);
    case 'csv':
      return new Blob([csvOf(model)], { type: 'text/csv' });
    default:
      return new Blob([await svgOf(model)], { type: 'image/svg+xml' });
  }
}

/** Let the owner of the runs draw it, of exactly the runs that are shown. */
async function svgOf({ spec, source, shown }: ChartModel): Promise<string> {
  return source.svg({ ...spec, runs: [...shown] });
}

async function pngOf(plot: IPlot | null): Promise<Blob> {
  const canvas = plot?.picture();
  const made = await new Promise<Blob | null>(done => {
    if (canvas) {
      canvas.toBlob(done, 'image/png');
    } else {
      done(null);
    }
  });
  if (!made) {
    throw new Error('There is nothing drawn yet.');
  }
  return made;
}
