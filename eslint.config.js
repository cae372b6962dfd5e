import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

/** Formatting is prettier's; types are tsc's; this finds what both let through. */
export default defineConfig(
  { ignores: ['eslint.config.js', 'test/bench/peers/', 'dist/', 'cdk.out/', 'data/', 'node_modules/', '**/*.d.ts'] },
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: {
      parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-confusing-void-expression': 'off',
      '@typescript-eslint/no-unnecessary-condition': ['error', { allowConstantLoopConditions: 'always' }],
      '@typescript-eslint/unified-signatures': 'off',
    },
  },
  {
    files: ['functions/analysis/**/*.ts', 'functions/model/**/*.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        'console',
        'process',
        'Buffer',
        'fetch',
        'setTimeout',
        'setInterval',
        'window',
        'document',
        'performance',
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Date', property: 'now' },
        { object: 'Math', property: 'random' },
      ],
    },
  },
);
