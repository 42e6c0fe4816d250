import path from 'node:path';
import { defineConfig } from 'vitest/config';

const root = path.resolve(import.meta.dirname, '..');

export default defineConfig({
  test: {
    projects: [
      {
        root,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.spec.ts', 'test/*.spec.ts'],
          environment: 'node',
          globalSetup: ['test/support/buildAssets.ts'],
          testTimeout: 20_000,
          hookTimeout: 30_000,
          // Many of these kill, lock and measure real processes: on a machine that is busy with something else one may miss its bound.
          // What fails twice is a failure.
          retry: 1,
        },
      },
      {
        root,
        test: {
          name: 'webview',
          include: ['test/webview/**/*.spec.{ts,tsx}'],
          environment: 'jsdom',
          testTimeout: 10_000,
        },
      },
    ],
  },
});
