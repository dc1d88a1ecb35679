import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

import { number } from '../ui';
import type { Profile } from './table';
import { edgeWords } from './table-filter';
import { shareWords, surenessOf, surenessSign, type Figure } from './values';

interface IFactsProps {
  profile: Profile;
  trans: TranslationBundle;
}

type Fact = readonly [name: string, figure: Figure, value: string | null];

/** The figures of a column, each with a sign of how sure it is. */
export function Facts({ profile, trans }: IFactsProps): React.JSX.Element {
  const words = {
    exact: trans.__('Counted in all rows'),
    sampled: trans.__('Estimated from %1 rows', number(profile.sample ?? profile.rows)),
    sketched: trans.__('Estimated from a sketch of all rows')
  };
  return (
    <dl>
      {factsOf(profile, trans).map(([name, figure, value]) => (
        <React.Fragment key={name}>
          <dt>{name}</dt>
          <dd title={words[surenessOf(profile, figure)]} data-sure={surenessOf(profile, figure)}>
            {value === null ? '–' : surenessSign(profile, figure) + value}
          </dd>
        </React.Fragment>
      ))}
    </dl>
  );
}

/** Say how sure the figures of a column are altogether. */
export function Exactness({ profile, trans }: IFactsProps): React.JSX.Element {
  const { exactness } = profile;
  const words =
    exactness === 'exact'
      ? trans.__('Exact, from all %1 rows', number(profile.rows))
      : exactness === 'sampled'
        ? trans.__('≈ estimated from %1 rows', number(profile.sample ?? profile.rows))
        : trans.__('~ estimated from a sketch of all rows');
  return (
    <p className="jp-mlstudio-Wrangling-exactness" data-exactness={exactness}>
      {words}
    </p>
  );
}

function factsOf(profile: Profile, trans: TranslationBundle): readonly Fact[] {
  const { role, missing, missing_share: share } = profile;
  const countable = role !== 'nested' && role !== 'other';
  const shared: Fact[] = [
    [trans.__('Missing'), 'missing', `${number(missing)} · ${shareWords(share)}`],
    ...(countable ? [[trans.__('Different'), 'distinct', number(profile.distinct)] as Fact] : [])
  ];
  if (role === 'number' || role === 'date' || role === 'datetime') {
    return [...shared, ...ordered(profile, trans)];
  }
  return role === 'text' ? [...shared, ...lengths(profile, trans)] : shared;
}

function ordered(profile: Profile, trans: TranslationBundle): readonly Fact[] {
  const { min, max, mean, std, quantiles, role } = profile;
  const say = (value: number | string | null | undefined): string | null =>
    value === null || value === undefined ? null : valueWords(value, role);
  const [p5, p25, p50, p75, p95] = quantiles ?? [];
  const isNumber = role === 'number';
  return [
    ...(profile.infinite > 0
      ? [[trans.__('Infinite'), 'mean', number(profile.infinite)] as Fact]
      : []),
    [trans.__('Smallest'), 'range', say(min)],
    [trans.__('5%'), 'quantiles', say(p5)],
    [trans.__('25%'), 'quantiles', say(p25)],
    [trans.__('Median'), 'quantiles', say(p50)],
    [trans.__('75%'), 'quantiles', say(p75)],
    [trans.__('95%'), 'quantiles', say(p95)],
    [trans.__('Largest'), 'range', say(max)],
    ...(isNumber
      ? [
          [trans.__('Mean'), 'mean', say(mean)] as Fact,
          [trans.__('Spread'), 'mean', say(std)] as Fact
        ]
      : [])
  ];
}

function lengths(profile: Profile, trans: TranslationBundle): readonly Fact[] {
  const { lengths: found } = profile;
  return found
    ? [
        [trans.__('Shortest'), 'lengths', letters(found.min, trans)],
        [trans.__('Mean length'), 'lengths', number(found.mean)],
        [trans.__('Longest'), 'lengths', letters(found.max, trans)]
      ]
    : [];
}

function letters(count: number, trans: TranslationBundle): string {
  return trans._n('%1 letter', '%1 letters', count);
}

// Below it, a whole number may well be a year or a code, which no comma belongs into.
const UNGROUPED = 10_000;
// From here on, what stands behind the point is noise.
const MILLION = 1e6;
const LARGEST = 1e15;

/** Write a figure of a column; those of dates are milliseconds, and whole numbers too long for a float are text. */
export function valueWords(value: number | string, role: string): string {
  if (typeof value === 'string') {
    return value;
  }
  if (role !== 'number') {
    return edgeWords(value, { role: role as Profile['role'] });
  }
  const size = Math.abs(value);
  if (size >= MILLION && size < LARGEST) {
    return Math.round(value).toLocaleString();
  }
  return Number.isInteger(value) && size < UNGROUPED ? String(value) : number(value);
}
