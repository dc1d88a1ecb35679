export { Button, Chips, IconButton } from './button';
export { CopyButton } from './copy';
export { Failure, messageOf } from './error';
export { SchemaForm } from './form';
export type { IFormColumn } from './form-fields';
export { missing, withDefaults, type FormSchema } from './form-schema';
export { ago, bytes, duration, exactTime, number, percent } from './format';
export {
  experimentsIcon,
  jobsIcon,
  monitoringIcon,
  registryIcon,
  servingIcon,
  wranglingIcon
} from './icons';
export { List, ListHead, ListOpener, SearchField } from './list';
export { CellDiff, DiffLines } from './notebook-diff';
export { Empty, Loading, StateMark } from './state';
export { TabBar } from './tabs';
