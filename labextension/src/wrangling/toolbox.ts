import { Clustering } from './cluster-model';
import { Code } from './code-model';
import { ByExample } from './example-model';
import type { WrangleModel } from './model';
import { Report } from './report-model';
import { Rules } from './rules-model';
import { Selection } from './selection-model';
import { SourceChoice } from './source-model';
import { Suggestions } from './suggest-model';

/** The tools beside the steps, each with what it knows. */
export class Toolbox {
  constructor(model: WrangleModel, changed: () => void) {
    this.suggestions = new Suggestions(model, changed);
    this.example = new ByExample(model, changed);
    this.clustering = new Clustering(model, changed);
    this.report = new Report(model, changed);
    this.selection = new Selection(model, changed);
    this.rules = new Rules(model, changed);
    this.code = new Code(model, changed);
    this.source = new SourceChoice(model, changed);
  }

  readonly suggestions: Suggestions;
  readonly example: ByExample;
  readonly clustering: Clustering;
  readonly report: Report;
  readonly selection: Selection;
  readonly rules: Rules;
  readonly code: Code;
  readonly source: SourceChoice;

  dispose(): void {
    this.example.dispose();
    this.source.dispose();
  }
}
