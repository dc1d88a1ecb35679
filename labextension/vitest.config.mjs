import { resolve } from 'node:path';
import { defineConfig } from 'vitest/config';

const here = import.meta.dirname ?? new URL('.', import.meta.url).pathname;

export default defineConfig({
  root: here,
  resolve: {
    alias: [{ find: /^.*\.svg$/, replacement: resolve(here, 'testing/svg.ts') }]
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.spec.{ts,tsx}'],
    setupFiles: [resolve(here, 'testing/browser.ts')],
    server: { deps: { inline: [/@jupyterlab/, /@jupyter\//, /@lumino/, /@microsoft/, /@rjsf/] } }
  }
});
