import path from 'node:path';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    name: 'e2e',
    root: path.resolve(import.meta.dirname, '..', '..'),
    include: ['test/e2e/**/*.spec.ts'],
    exclude: ['**/node_modules/**'],
    environment: 'node',
    // One editor at a time: two would only slow each other down.
    fileParallelism: false,
    testTimeout: 120_000,
    hookTimeout: 180_000,
  },
});
