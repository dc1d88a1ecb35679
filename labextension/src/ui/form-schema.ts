import type { RJSFSchema, UiSchema } from '@rjsf/utils';

/** The formats that have a field of their own here; the kernel names them in its schemas. */
export const FORMATS = [
  'column',
  'columns',
  'formula',
  'value',
  'values',
  'path',
  'python',
  'sql'
] as const;

/** A JSON schema of an object, as a form is made from. */
export type FormSchema = RJSFSchema;

type Format = (typeof FORMATS)[number];

/**
 * Make a schema that reads well as a form: what may also be null becomes simply optional, and properties
 * with a fixed value keep it without asking.
 */
export function simplify(schema: RJSFSchema): RJSFSchema {
  return walk(schema) as RJSFSchema;
}

/** Say how each property of a simplified schema is drawn. */
export function drawn(schema: RJSFSchema, root: RJSFSchema = schema, depth = 0): UiSchema {
  const resolved = followed(schema, root);
  if (depth > 8) {
    return {};
  }
  if (resolved.const !== undefined) {
    return { 'ui:widget': 'hidden' };
  }
  if (isOurs(resolved.format)) {
    return { 'ui:field': resolved.format, 'ui:fieldReplacesAnyOrOneOf': true };
  }
  if (resolved.type === 'array' && isObject(resolved.items)) {
    return { items: drawn(resolved.items, root, depth + 1) };
  }
  const properties = Object.entries(resolved.properties ?? {});
  return Object.fromEntries(
    properties.map(([name, property]) => [
      name,
      isObject(property) ? drawn(property, root, depth + 1) : {}
    ])
  );
}

/** Name the required properties that have no value yet, by their titles. */
export function missing(schema: RJSFSchema, value: object, root: RJSFSchema = schema): string[] {
  const given = value as Record<string, unknown>;
  const own = (schema.required ?? [])
    .filter(name => isEmpty(given[name] ?? defaultOf(schema, name)))
    .map(name => titleOf(schema, name));
  const inner = Object.entries(schema.properties ?? {}).flatMap(([name, property]) =>
    isObject(property) ? missingIn(property, given[name], root) : []
  );
  return [...new Set([...own, ...inner])];
}

/** Say whether a property is asked for, as its siblings are answered; its schema names them under `when`. */
export function isAsked(property: unknown, siblings: object): boolean {
  const { when } = (isObject(property) ? property : {}) as { when?: Record<string, unknown[]> };
  const given = siblings as Record<string, unknown>;
  return Object.entries(when ?? {}).every(([name, values]) => values.includes(given[name]));
}

/** Fill in what a schema gives when nothing is said. */
export function withDefaults(schema: RJSFSchema, value: object): Record<string, unknown> {
  const names = Object.keys(schema.properties ?? {});
  const defaults = names.map(name => [name, defaultOf(schema, name)] as const);
  return { ...Object.fromEntries(defaults.filter(([, given]) => given !== undefined)), ...value };
}

/** Leave out what is null: where a schema is simplified, nothing said means the same. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(withoutNulls);
  }
  if (!isObject(value)) {
    return value;
  }
  const given = Object.entries(value).filter(([, inner]) => inner !== null);
  return Object.fromEntries(given.map(([name, inner]) => [name, withoutNulls(inner)]));
}

function missingIn(property: RJSFSchema, value: unknown, root: RJSFSchema): string[] {
  const items = property.items;
  if (!Array.isArray(value) || !isObject(items)) {
    return [];
  }
  const schema = followed(items, root);
  return schema.properties
    ? value.flatMap(item => missing(schema, isObject(item) ? item : {}, root))
    : [];
}

function walk(node: unknown): unknown {
  if (Array.isArray(node)) {
    return node.map(walk);
  }
  if (!isObject(node)) {
    return node;
  }
  const plain = withoutNull(node);
  if (plain.type === 'array' && isOurs(plain.format)) {
    delete plain.minItems; // else empty items would be made up for a field that draws no items
  }
  return Object.fromEntries(Object.entries(plain).map(([key, value]) => [key, walk(value)]));
}

function withoutNull(schema: RJSFSchema): RJSFSchema {
  if (!Array.isArray(schema.anyOf)) {
    return { ...schema };
  }
  const { anyOf, default: given, ...rest } = schema;
  const options = anyOf.filter(option => !isObject(option) || option.type !== 'null');
  if (options.length === anyOf.length) {
    return { ...schema };
  }
  const kept = given === null || given === undefined ? rest : { ...rest, default: given };
  const [only] = options;
  return options.length === 1 && isObject(only)
    ? { ...only, ...kept }
    : { ...kept, anyOf: options };
}

function followed(schema: RJSFSchema, root: RJSFSchema): RJSFSchema {
  const name = schema.$ref?.replace('#/$defs/', '');
  const found = name === undefined ? undefined : root.$defs?.[name];
  return isObject(found) ? { ...found, ...schema } : schema;
}

function defaultOf(schema: RJSFSchema, name: string): unknown {
  const property = schema.properties?.[name];
  return isObject(property) ? (property.const ?? property.default) : undefined;
}

function titleOf(schema: RJSFSchema, name: string): string {
  const property = schema.properties?.[name];
  return (isObject(property) && property.title) || name;
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}

function isOurs(format: string | undefined): format is Format {
  return FORMATS.some(known => known === format);
}

function isObject(value: unknown): value is RJSFSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
