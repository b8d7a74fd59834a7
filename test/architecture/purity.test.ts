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

describe('a decision', function () {
  // The linter takes its time to start.
  this.timeout(120_000)

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
      'remember beside other exports': ['no-restricted-syntax', 'export let count = 0\n'],
      'remember in a collection': [
        'no-restricted-syntax',
        'const seen = new Set()\nexport const decide = (a: string) => seen.has(a) || seen.add(a)\n',
      ],
      'load code': ['no-restricted-syntax', "export const decide = () => import('node:fs')\n"],
      "go by the machine's language": [
        'no-restricted-syntax',
        'export const decide = (a: string, b: string) => a.localeCompare(b)\n',
      ],
      "go by the machine's time zone": [
        'no-restricted-syntax',
        'export const decide = (now: number) => new Date(now).getHours()\n',
      ],
      'reach for everything': ['no-restricted-globals', 'export const decide = () => globalThis\n'],
      'read the environment': ['no-restricted-globals', "export const decide = () => process.env['HOME']\n"],
    }
    for (const [what, [rule, text]] of Object.entries(planted))
      it(`may not ${what} (${file})`, async () => assert.ok((await messages(file, text)).includes(rule)))
  }

  const closures: Readonly<Record<string, string>> = {
    'a parameter': 'export const made = (caPem: string) => ({ decide: () => caPem })\n',
    'a parameter, further in':
      'export const made = ({ caPem }: { caPem: string }) => ({ decide() { return [1].map(() => caPem) } })\n',
    'what was made of a parameter':
      'export const made = (caPem: string) => { const data = { caPem }; return { decide: () => data } }\n',
    'a function made around a parameter':
      'const around = (ca: string) => () => ca\nexport const made = (caPem: string) => ({ decide: around(caPem) })\n',
    'a function beside it': 'export const made = (a: string) => { const decide = () => a; return { decide } }\n',
    'a parameter, for what it assumes': 'export const made = (size: number) => ({ assume: () => size })\n',
  }
  for (const [what, text] of Object.entries(closures))
    it(`may not take ${what} from around it`, async () =>
      assert.deepEqual(await messages('services/controllers/src/planted/controller.ts', text), [
        'periplus/recorded-inputs',
      ]))

  const constants: Readonly<Record<string, string>> = {
    'its inputs':
      'export const made = (ca: string) => ({ inputs: { ca }, decide: (cut: object, key: object, { inputs }: { inputs: object }) => inputs })\n',
    'constants of the module': 'const batch = 200\nexport const made = { decide: () => batch }\n',
    'the kinds of a cut':
      "import type { KindsAt } from '@periplus/custom'\nexport const made = (kindsAt: KindsAt) => ({ decide: (cut: never) => kindsAt(cut) })\n",
  }
  for (const [what, text] of Object.entries(constants))
    it(`may take ${what}`, async () =>
      assert.deepEqual(await messages('services/controllers/src/planted/controller.ts', text), []))
})
