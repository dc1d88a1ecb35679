import { Clipboard } from '@jupyterlab/apputils';
import { checkIcon, copyIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from './button';

const SHOWN_FOR = 1500;

export interface ICopyButtonProps {
  /** What goes to the clipboard. */
  text: string;
  /** Says what is copied. */
  label: string;
  /** Says that it was copied. */
  copiedLabel: string;
}

/** A button that copies a text, and says for a moment that it did. */
export function CopyButton({ text, label, copiedLabel }: ICopyButtonProps): React.JSX.Element {
  const [copied, setCopied] = React.useState(false);
  React.useEffect(() => {
    const timer = copied ? setTimeout(() => setCopied(false), SHOWN_FOR) : undefined;
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = (): void => {
    Clipboard.copyToSystem(text); // unlike the browser's own interface, it also works without HTTPS
    setCopied(true);
  };
  const Icon = copied ? checkIcon : copyIcon;
  return (
    <IconButton label={copied ? copiedLabel : label} onClick={copy}>
      <Icon.react tag="span" elementSize="small" />
    </IconButton>
  );
}
