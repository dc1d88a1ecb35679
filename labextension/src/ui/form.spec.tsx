import { cleanup, fireEvent, render, screen } from '@testing-library/react';
import * as React from 'react';
import { afterEach, describe, expect, it, vi } from 'vitest';

import { SchemaForm } from './form';
import { read, split, written } from './form-fields';
import { missing, simplify, withDefaults, type FormSchema } from './form-schema';

// Outside a bundler, the form's CommonJS build keeps its default export in an object.
vi.mock('@rjsf/core', async original => {
  const { default: built, ...rest } = await original<{ default: { default?: unknown } }>();
  return { ...rest, default: built.default ?? built };
});

afterEach(cleanup);

const schema: FormSchema = {
  type: 'object',
  properties: {
    columns: {
      type: 'array',
      items: { type: 'string' },
      minItems: 1,
      title: 'Columns',
      format: 'columns'
    },
    by: { type: 'string', title: 'By', enum: ['mean', 'median'], default: 'mean' },
    value: {
      anyOf: [{ type: 'number' }, { type: 'string' }, { type: 'null' }],
      default: null,
      title: 'Value',
      format: 'value',
      when: { by: ['median'] }
    } as FormSchema
  },
  required: ['columns']
};
const columns = [
  { name: 'dep_delay', dtype: 'int' },
  { name: 'carrier', dtype: 'text' }
];

describe('a form from a schema', () => {
  it('asks for columns by checking them', async () => {
    const onChange = vi.fn();
    render(<SchemaForm schema={schema} value={{}} columns={columns} onChange={onChange} />);
    fireEvent.click(await screen.findByLabelText(/carrier/));
    expect(onChange).toHaveBeenLastCalledWith(expect.objectContaining({ columns: ['carrier'] }));
  });

  it('shows a field only when its siblings ask for it', async () => {
    const { rerender } = render(
      <SchemaForm schema={schema} value={{ by: 'mean' }} onChange={vi.fn()} />
    );
    await screen.findByLabelText('By');
    expect(screen.queryByLabelText('Value')).toBeNull();
    rerender(<SchemaForm schema={schema} value={{ by: 'median' }} onChange={vi.fn()} />);
    expect(screen.queryByLabelText('Value')).not.toBeNull();
  });

  it('knows what is still missing, and what is given anyway', () => {
    expect(missing(schema, {})).toEqual(['Columns']);
    expect(missing(schema, { columns: ['a'] })).toEqual([]);
    expect(withDefaults(schema, { columns: ['a'] })).toEqual({
      columns: ['a'],
      by: 'mean',
      value: null
    });
  });

  it('makes what may be null simply optional', () => {
    const optional = {
      anyOf: [{ type: 'string' }, { type: 'null' }],
      default: null,
      title: 'T'
    } as FormSchema;
    expect(simplify(optional)).toEqual({ type: 'string', title: 'T' });
  });
});

describe('a typed value', () => {
  it('is a number if it looks like one, unless it is quoted', () => {
    expect(['12', '1.5', 'true', '"12"', 'UA', ''].map(read)).toEqual([
      12,
      1.5,
      true,
      '12',
      'UA',
      undefined
    ]);
  });

  it('reads as the same value that was written', () => {
    for (const value of [12, '12', true, 'true', 'UA']) {
      expect(read(written(value))).toBe(value);
    }
  });

  it('may be one of several with commas between them', () => {
    expect(split('UA, 12, "a, b"')).toEqual(['UA', 12, 'a, b']);
  });
});
