import tseslint from 'typescript-eslint'
import { recordedInputs } from './test/architecture/rules/recorded-inputs.mjs'

const impure = [
  { object: 'Date', property: 'now', message: 'time is an input: moment.now' },
  { object: 'Math', property: 'random', message: 'randomness is an input: moment.random' },
]

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.periplus/**', '**/*.cjs'] },
  {
    files: ['**/*.ts'],
    languageOptions: { parser: tseslint.parser, parserOptions: { projectService: true } },
    plugins: { '@typescript-eslint': tseslint.plugin },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      'no-restricted-syntax': [
        'error',
        { selector: 'ExportAllDeclaration:not([exported])', message: 'name what is exported' },
      ],
      'no-restricted-properties': ['error', impure[1]],
      'max-lines': ['warn', { max: 250, skipComments: true, skipBlankLines: true }],
    },
  },
  {
    // An index has a line for each name, and is no longer than what it names is wide.
    files: ['libs/*/src/index.ts'],
    rules: { 'max-lines': 'off' },
  },
  {
    // Tables of cases grow long without becoming two things.
    files: ['**/test/**/*.ts'],
    rules: { 'max-lines': ['warn', { max: 450, skipComments: true, skipBlankLines: true }] },
  },
  {
    // Law 5: a decision is pure. Everything that decides lives in these folders.
    files: ['services/controllers/src/*/**/*.ts', 'services/scheduler/src/decide/**/*.ts', 'libs/kinds/src/**/*.ts'],
    plugins: { periplus: { rules: { 'recorded-inputs': recordedInputs } } },
    rules: {
      'periplus/recorded-inputs': 'error',
      'no-restricted-properties': ['error', ...impure],
      'no-restricted-globals': [
        'error',
        'setTimeout',
        'setInterval',
        'setImmediate',
        'process',
        'fetch',
        'performance',
        'crypto',
        'queueMicrotask',
        'globalThis',
        'console',
      ],
      'no-restricted-imports': ['error', { patterns: [{ group: ['node:*'], message: 'a decision has no I/O' }] }],
      'no-restricted-syntax': [
        'error',
        { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'time is an input: moment.now' },
        { selector: ':function[async=true]', message: 'a decision is synchronous' },
        { selector: 'AwaitExpression', message: 'a decision is synchronous' },
        {
          selector: ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind="let"]',
          message: 'a decision has no module state',
        },
        {
          selector:
            'Program VariableDeclarator:not(:function *):not([id.typeAnnotation]) > NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0]',
          message: 'a decision has no module state',
        },
        { selector: 'ImportExpression', message: 'a decision has no I/O' },
        {
          selector:
            'MemberExpression[property.name=/^(localeCompare|toLocale\\w+|getTimezoneOffset|[gs]et(Hours|Minutes|Date|Day|Month|FullYear))$/]',
          message: "the machine's language and time zone are no inputs",
        },
        { selector: 'ExportAllDeclaration:not([exported])', message: 'name what is exported' },
      ],
    },
  },
)
