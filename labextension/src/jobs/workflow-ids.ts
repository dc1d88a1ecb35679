/** The names of the commands of workflows. */
export const CommandIds = {
  create: 'mlstudio:jobs-workflow-new',
  open: 'mlstudio:jobs-workflow-open',
  openRun: 'mlstudio:jobs-workflow-open-run',
  run: 'mlstudio:jobs-workflow-run',
  since: 'mlstudio:jobs-workflow-run-since',
  only: 'mlstudio:jobs-workflow-run-only',
  repair: 'mlstudio:jobs-workflow-repair',
  stop: 'mlstudio:jobs-workflow-stop',
  schedule: 'mlstudio:jobs-workflow-schedule',
  importFile: 'mlstudio:jobs-workflow-import',
  exportFile: 'mlstudio:jobs-workflow-export'
} as const;
