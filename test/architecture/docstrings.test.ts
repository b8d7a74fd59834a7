import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const exportsOf = /export (?:type )?\{([^}]*)\} from '(\.[^']+)'/g
const declared = (name: string): RegExp =>
  new RegExp(
    `(\\*/\\n)?export (?:abstract )?(?:async )?(?:const|function\\*?|interface|type|class) ${name.replace('$', '\\$')}\\b.*`,
    'g',
  )
/** Schemas and kinds say what they are to `kubectl explain`, and a schema's type is the schema's. */
const speaksForItself = /= struct\(|= struct$|: Kind<| extends TypeOf<|: Decodable<|= otherVersion\(|= inVersion\(/

/** Names that the door of a library shows, re-exported ones included, without a docstring where they are declared. */
const undocumented = (door: string, wanted?: ReadonlySet<string>): readonly string[] =>
  [...readFileSync(door, 'utf8').matchAll(exportsOf)].flatMap(([, names = '', path = '']) => {
    const file = join(dirname(door), path)
    const source = readFileSync(file, 'utf8')
    const further = new Set<string>()
    const silent = names.split(',').flatMap(each => {
      const [name = '', shown = name] = each
        .trim()
        .replace(/^type /, '')
        .split(' as ')
      if (name === '' || (wanted && !wanted.has(shown))) return []
      const found = [...source.matchAll(declared(name))]
      if (found.length === 0) further.add(name)
      const isSilent =
        found.length > 0 && found.every(([text, said]) => said === undefined && !speaksForItself.test(text))
      return isSilent ? [`${name} of ${file}`] : []
    })
    return [...silent, ...(further.size > 0 ? undocumented(file, further) : [])]
  })

const doorsOf = (library: string): readonly string[] => {
  const { exports } = JSON.parse(readFileSync(join(library, 'package.json'), 'utf8')) as {
    readonly exports: Readonly<Record<string, string>>
  }
  return Object.values(exports).map(door => join(library, door))
}

describe('what a library shows', () => {
  for (const library of readdirSync(join(root, 'libs')))
    it(`is documented where it is declared: ${library}`, () => {
      assert.deepEqual([...new Set(doorsOf(join(root, 'libs', library)).flatMap(door => undocumented(door)))], [])
    })

  it('is found where it is not', () => {
    const directory = mkdtempSync(join(tmpdir(), 'pp-docs-'))
    try {
      mkdirSync(join(directory, 'inner'))
      const write = (path: string, text: string): void => writeFileSync(join(directory, path), text)
      write('index.ts', "export { said, silent } from './one.ts'\nexport { deep } from './inner/index.ts'\n")
      write('one.ts', '/** Said. */\nexport const said = 1\nexport const silent = 2\n')
      write('inner/index.ts', "export { deep, other } from './two.ts'\n")
      write('inner/two.ts', 'export const deep = 1\nexport const other = 2\n')
      assert.deepEqual(
        undocumented(join(directory, 'index.ts')).map(each => each.split(' ')[0]),
        ['silent', 'deep'],
      )
    } finally {
      rmSync(directory, { recursive: true })
    }
  })
})
