import * as React from 'react';

import { Failure, Loading } from '../ui';
import { useAsked } from './asked';
import type { IContentProps } from './preview';

const TYPES: Record<string, string> = {
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  bmp: 'image/bmp',
  avif: 'image/avif',
  ico: 'image/x-icon',
  pdf: 'application/pdf',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  oga: 'audio/ogg',
  flac: 'audio/flac',
  m4a: 'audio/mp4',
  mp4: 'video/mp4',
  mov: 'video/mp4',
  webm: 'video/webm',
  ogv: 'video/ogg'
};

/** A picture, a document or a sound, shown by the browser; as a picture not even SVG can run anything. */
export function Raw({ preview, model, trans }: IContentProps): React.JSX.Element {
  const { answer, failure } = useAsked(() => model.read(preview.path), [preview.path]);
  const address = useAddress(answer, preview.name);
  const [isBroken, setBroken] = React.useState(false);
  if (failure !== null || isBroken) {
    return <Failure message={failure ?? trans.__('%1 cannot be shown.', preview.name)} />;
  }
  if (address === null) {
    return <Loading label={trans.__('Loading %1', preview.name)} rows={4} />;
  }
  const shared = {
    className: 'jp-mlstudio-Raw',
    src: address,
    title: preview.name,
    onError: () => setBroken(true)
  };
  switch (preview.kind) {
    case 'picture':
      return <img {...shared} alt={preview.name} />;
    case 'audio':
      return <audio {...shared} controls />;
    case 'video':
      return <video {...shared} controls />;
    default:
      return <embed className="jp-mlstudio-Page" src={address} type="application/pdf" />;
  }
}

function useAddress(blob: Blob | null, name: string): string | null {
  const [address, setAddress] = React.useState<string | null>(null);
  React.useEffect(() => {
    if (blob === null) {
      return;
    }
    const type = TYPES[name.split('.').pop()?.toLowerCase() ?? ''] ?? '';
    const made = URL.createObjectURL(new Blob([blob], { type }));
    setAddress(made);
    return () => URL.revokeObjectURL(made);
  }, [blob, name]);
  return address;
}
