export { Button, Chips, IconButton, type IButtonProps, type IChipsProps } from './button';
export { CopyButton, type ICopyButtonProps } from './copy';
export { Failure, messageOf, type IFailureProps } from './error';
export { SchemaForm, type ISchemaFormProps } from './form';
export type { IFormColumn, IFormSurroundings } from './form-fields';
export { missing, simplify, withDefaults } from './form-schema';
export { ago, bytes, duration, exactTime, number, percent } from './format';
export { experimentsIcon, jobsIcon, registryIcon, servingIcon, wranglingIcon } from './icons';
export { Empty, Loading, StateMark, type IEmptyProps, type State } from './state';
