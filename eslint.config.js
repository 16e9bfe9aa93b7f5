import js from '@eslint/js'
import tseslint from 'typescript-eslint'

export default tseslint.config(
  { ignores: ['dist/', 'runs/', 'node_modules/', 'coverage/', '.stryker-tmp/', 'reports/html/dist/'] },
  js.configs.recommended,
  {
    files: ['**/*.ts', '**/*.tsx'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      'max-lines': ['warn', { max: 250, skipBlankLines: true }],
      'max-params': ['warn', 4],
      complexity: ['warn', 12],
    },
  },
  // The models of client-node are classes without behaviour; a test builds them as literals. Tests look for control characters on purpose.
  {
    files: ['**/*.test.ts'],
    rules: { '@typescript-eslint/no-unsafe-class-instance-assignment': 'off', 'no-control-regex': 'off' },
  },
  {
    files: ['**/*.{js,mjs}'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        performance: 'readonly',
        Buffer: 'readonly',
        URL: 'readonly',
      },
    },
  },
)
