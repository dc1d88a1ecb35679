import type { Schemas } from '../api';

export type Workflow = Schemas['Workflow'];
export type WorkflowNode = Schemas['Node'];
export type WorkflowParameter = Schemas['WorkflowParameter'];
export type WorkflowProblem = Schemas['Problem'];
export type WorkflowRun = Schemas['WorkflowRun'];
export type WorkflowRunSpec = Schemas['WorkflowRunSpec'];
export type RunDetail = Schemas['WorkflowRunDetail'];
export type NodeRun = Schemas['NodeRun'];
export type ReadyMade = Schemas['ReadyMade'];
export type Json = Schemas['JsonValue'];
export type WorkflowCheck = Schemas['WorkflowCheck'];
export type NodeNames = Schemas['NodeNames'];
export type Template = Schemas['WorkflowTemplate'];
export type DeclaredParameter = Schemas['Parameter'];
