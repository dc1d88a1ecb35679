import type { CodeEditorWrapper, IEditorServices } from '@jupyterlab/codeeditor';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

/** What editors of code are made with. */
export type IEditors = IEditorServices;

interface ICodeProps {
  /** What is edited, for screen readers. */
  label: string;
  code: string;
  /** Its language, such as `python`. */
  language: string;
  editors: IEditors | null;
  onChange: (code: string) => void;
}

/** Code that can be edited as in a cell. */
export function Code(props: ICodeProps): React.JSX.Element {
  return props.editors ? <Editor {...props} editors={props.editors} /> : <Plain {...props} />;
}

function Editor(props: ICodeProps & { editors: IEditors }): React.JSX.Element {
  const { label, code, language, editors, onChange } = props;
  const place = React.useRef<HTMLDivElement>(null);
  const told = React.useRef(onChange);
  const wrapper = React.useRef<CodeEditorWrapper | null>(null);
  told.current = onChange;
  // A layout effect, since the editor must go before its place does.
  React.useLayoutEffect(() => {
    let isGone = false;
    void import('@jupyterlab/codeeditor').then(({ CodeEditor, CodeEditorWrapper: Wrapper }) => {
      if (!place.current || isGone) {
        return;
      }
      const mimeType = editors.mimeTypeService.getMimeTypeByLanguage({ name: language });
      const model = new CodeEditor.Model({ mimeType: [mimeType].flat()[0] });
      model.sharedModel.setSource(code);
      model.sharedModel.changed.connect(() => told.current(model.sharedModel.getSource()));
      wrapper.current = new Wrapper({ model, factory: editors.factoryService.newInlineEditor });
      wrapper.current.disposed.connect(() => model.dispose());
      wrapper.current.editor.host.setAttribute('aria-label', label);
      Widget.attach(wrapper.current, place.current);
    });
    return () => {
      isGone = true;
      wrapper.current?.dispose();
      wrapper.current = null;
    };
  }, [label, language, editors]);
  React.useEffect(() => {
    const model = wrapper.current?.model.sharedModel;
    if (model && model.getSource() !== code) {
      model.setSource(code);
    }
  }, [code]);
  return <div ref={place} className="jp-mlstudio-Code" role="group" aria-label={label} />;
}

function Plain({ label, code, onChange }: ICodeProps): React.JSX.Element {
  return (
    <textarea
      className="jp-mlstudio-Code"
      aria-label={label}
      rows={Math.min(20, code.split('\n').length + 1)}
      spellCheck={false}
      value={code}
      onChange={event => onChange(event.target.value)}
    />
  );
}
