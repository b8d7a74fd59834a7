import assert from 'node:assert/strict'
import { ESLint } from 'eslint'

/** The rules that need no type information, asked about a file that isn't there. */
const eslint = new ESLint({
  overrideConfig: {
    languageOptions: { parserOptions: { projectService: false } },
    rules: Object.fromEntries(
      ['no-floating-promises', 'no-misused-promises', 'await-thenable', 'switch-exhaustiveness-check'].map(rule => [
        `@typescript-eslint/${rule}`,
        'off',
      ]),
    ),
  },
})

const messages = async (filePath: string, text: string): Promise<readonly string[]> => {
  const [result] = await eslint.lintText(text, { filePath })
  return (result?.messages ?? []).map(message => message.ruleId ?? message.message)
}

const decisions = [
  'services/controllers/src/planted/decide.ts',
  'services/scheduler/src/decide/planted.ts',
  'libs/kinds/src/planted.ts',
]

describe('a decision', () => {
  for (const file of decisions) {
    it(`may compute (${file})`, async () =>
      assert.deepEqual(
        await messages(file, 'export const decide = (now: number) => new Date(now).toISOString()\n'),
        [],
      ))

    const planted: Readonly<Record<string, readonly [string, string]>> = {
      'read the clock': ['no-restricted-properties', 'export const decide = () => Date.now()\n'],
      'take the present for a date': ['no-restricted-syntax', 'export const decide = () => new Date()\n'],
      'draw at random': ['no-restricted-properties', 'export const decide = () => Math.random()\n'],
      'do I/O': [
        'no-restricted-imports',
        "import { readFileSync } from 'node:fs'\nexport const decide = () => readFileSync('x')\n",
      ],
      wait: ['no-restricted-syntax', 'export const decide = async () => 1\n'],
      'set a timer': ['no-restricted-globals', 'export const decide = () => setTimeout(() => undefined, 1)\n'],
      'remember in the module': ['no-restricted-syntax', 'let count = 0\nexport const decide = () => count++\n'],
      'read the environment': ['no-restricted-globals', "export const decide = () => process.env['HOME']\n"],
    }
    for (const [what, [rule, text]] of Object.entries(planted))
      it(`may not ${what} (${file})`, async () => assert.ok((await messages(file, text)).includes(rule)))
  }
})
