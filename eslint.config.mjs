import js from '@eslint/js';
import jupyter from '@jupyter/eslint-plugin';
import tseslint from 'typescript-eslint';

// Features stand side by side: they meet through command ids and tokens only.
const features = ['wrangling', 'experiments', 'registry', 'jobs', 'serving', 'monitoring'];
const sideBySide = features.map(feature => ({
  files: [`labextension/src/${feature}/**/*.{ts,tsx}`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          {
            group: ['../*', '!../api', '!../ui', '!../tokens', '../../*'],
            message: 'A feature may use ../api, ../ui and ../tokens, no other feature.'
          }
        ]
      }
    ]
  }
}));

export default tseslint.config(
  { ignores: ['labextension/src/api/schema.ts'] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  { plugins: { jupyter } },
  ...jupyter.configs.recommended,
  {
    files: ['labextension/src/**/*.{ts,tsx}'],
    rules: {
      'no-undef': 'off',
      'jupyter/prefer-signal-this-arg': 'off',
      // Heavy modules are loaded by import() one level up, which the rule cannot see.
      'jupyter/prefer-lazy-imports': 'off',
      curly: ['error', 'all'],
      eqeqeq: 'error',
      'max-lines': ['error', { max: 300, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-namespace': 'off'
    }
  },
  {
    files: ['labextension/src/{api,ui}/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: features.map(name => `../${name}/*`), message: 'The floor knows no feature.' }] }
      ]
    }
  },
  ...sideBySide
);
