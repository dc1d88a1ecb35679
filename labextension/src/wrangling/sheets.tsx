import type { ITranslator } from '@jupyterlab/translation';
import { closeIcon } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IconButton } from '../ui';
import type { IPartProps, IWranglingActions } from './actions';
import { ClusterSheet } from './cluster-sheet';
import { CodeSheet } from './code-sheet';
import { ExampleSheet } from './example-sheet';
import { FailingSheet, RuleSheet } from './rule-sheets';
import { SelectionSheet } from './selection-sheet';
import { SourceSheet } from './source-sheet';

export interface ISheetProps extends IPartProps {
  actions: IWranglingActions;
  translator: ITranslator;
}

/** What stands below the table when no step is edited. */
export function Sheets(props: ISheetProps): React.JSX.Element | null {
  switch (props.model.desk.sheet) {
    case 'example':
      return <ExampleSheet {...props} />;
    case 'clusters':
      return <ClusterSheet {...props} />;
    case 'selection':
      return <SelectionSheet {...props} />;
    case 'rule':
      return <RuleSheet {...props} />;
    case 'failing':
      return <FailingSheet {...props} />;
    case 'source':
      return <SourceSheet {...props} />;
    case 'code':
      return <CodeSheet {...props} />;
    default:
      return null;
  }
}

interface IFrameProps extends IPartProps {
  title: string;
  hint?: string;
  /** Buttons at the end of the head. */
  head?: React.ReactNode;
  children: React.ReactNode;
}

/** The frame of what stands below the table: a head with a title and buttons, and a body that scrolls. */
export function SheetFrame(props: IFrameProps): React.JSX.Element {
  const { model, trans, title, hint, head, children } = props;
  const press = (event: React.KeyboardEvent): void => {
    if (event.key === 'Escape') {
      event.stopPropagation();
      model.desk.close();
    }
  };
  return (
    <section
      className="jp-mlstudio-Wrangling-form jp-mlstudio-Wrangling-sheet"
      aria-label={title}
      onKeyDown={press}
    >
      <header>
        <h3>{title}</h3>
        <span>{hint}</span>
        {head}
        <IconButton label={trans.__('Close')} onClick={() => model.desk.close()}>
          <closeIcon.react tag="span" width="14px" />
        </IconButton>
      </header>
      <div className="jp-mlstudio-Wrangling-sheetBody">{children}</div>
    </section>
  );
}
