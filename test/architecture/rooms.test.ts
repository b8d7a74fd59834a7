import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { cruise } from 'dependency-cruiser'
import type { ICruiseResult, IConfiguration } from 'dependency-cruiser'

const rules = createRequire(import.meta.url)('../../.dependency-cruiser.cjs') as IConfiguration

/** What the rules say of a small tree of files, by rule name. */
const violations = async (files: Readonly<Record<string, string>>): Promise<readonly string[]> => {
  const baseDir = mkdtempSync(join(tmpdir(), 'periplus-rooms-'))
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(baseDir, path)), { recursive: true })
      writeFileSync(join(baseDir, path), text)
    }
    const { tsConfig: _, ...options } = rules.options ?? {}
    const result = await cruise(
      ['libs', 'services'].filter(top => Object.keys(files).some(path => path.startsWith(top))),
      {
        ...options,
        baseDir,
        validate: true,
        ruleSet: { forbidden: rules.forbidden ?? [] },
      },
    )
    return (result.output as ICruiseResult).summary.violations.map(violation => violation.rule.name).sort()
  } finally {
    rmSync(baseDir, { recursive: true })
  }
}

const empty = 'export const nothing = 0\n'

describe('the rooms', () => {
  it('allow what the design allows', async () =>
    assert.deepEqual(
      await violations({
        'libs/prelude/src/index.ts': empty,
        'libs/api/src/index.ts': "export { nothing } from '../../prelude/src/index.ts'\n",
        'services/dns/src/index.ts': "export { nothing } from '../../../libs/api/src/index.ts'\n",
        'services/cluster/src/roles/dns.ts': "export { nothing } from '../../../dns/src/index.ts'\n",
        'services/cluster/src/roles.ts': "export { nothing } from './roles/dns.ts'\n",
        'services/cli/src/main.ts': "export { nothing } from '../../cluster/src/roles.ts'\n",
      }),
      [],
    ))

  const planted: Readonly<Record<string, readonly [string, Readonly<Record<string, string>>]>> = {
    'a library that imports from a row below': [
      'row-0-prelude',
      { 'libs/prelude/src/index.ts': "import '../../api/src/index.ts'\n", 'libs/api/src/index.ts': empty },
    ],
    'a library that imports from its own row': [
      'row-3-kinds',
      { 'libs/kinds/src/index.ts': "import '../../bus/src/index.ts'\n", 'libs/bus/src/index.ts': empty },
    ],
    'a service that imports another': [
      'services-apart',
      { 'services/dns/src/index.ts': "import '../../console/src/index.ts'\n", 'services/console/src/index.ts': empty },
    ],
    'a command that imports a service': [
      'command-line-apart',
      { 'services/cli/src/main.ts': "import '../../dns/src/index.ts'\n", 'services/dns/src/index.ts': empty },
    ],
    'a supervisor that imports a service': [
      'services-apart',
      {
        'services/cluster/src/supervisor/up.ts': "import '../../../dns/src/index.ts'\n",
        'services/dns/src/index.ts': empty,
      },
    ],
    'a library that imports a service': [
      'libs-know-no-services',
      { 'libs/api/src/index.ts': "import '../../../services/dns/src/index.ts'\n", 'services/dns/src/index.ts': empty },
    ],
    'a side entrance into a package': [
      'front-doors-only',
      { 'libs/api/src/index.ts': "import '../../prelude/src/clock.ts'\n", 'libs/prelude/src/clock.ts': empty },
    ],
    'a cycle, types included': [
      'no-cycles',
      {
        'libs/api/src/a.ts': "import type { B } from './b.ts'\nexport type A = B\n",
        'libs/api/src/b.ts': "import type { A } from './a.ts'\nexport type B = A\n",
      },
    ],
  }
  for (const [what, [rule, files]] of Object.entries(planted))
    it(`refuse ${what}`, async () => assert.ok((await violations(files)).includes(rule)))
})
