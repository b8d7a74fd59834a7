import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const script = fileURLToPath(new URL('../../deploy/needs-node.sh', import.meta.url))

/** What `make` and `bin/periplus` ask before all else, on a machine whose only node prints this; `undefined`: there is none. */
const askedWith = (version: string | undefined): { code: number | null; said: string } => {
  const directory = mkdtempSync(join(tmpdir(), 'pp-node-'))
  try {
    if (version !== undefined) writeFileSync(join(directory, 'node'), `#!/bin/sh\necho ${version}\n`, { mode: 0o755 })
    // The tools of the system without its programs in /usr/local or /usr/bin/node.
    for (const tool of ['sed', 'sort', 'head', 'dirname'])
      writeFileSync(join(directory, tool), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${tool} "$@"\n`, { mode: 0o755 })
    const { status, stderr } = spawnSync('/bin/sh', [script], { env: { PATH: directory }, encoding: 'utf8' })
    return { code: status, said: stderr.replaceAll(directory, '') }
  } finally {
    rmSync(directory, { recursive: true })
  }
}

describe('a machine', () => {
  for (const version of ['v20.19.0', 'v20.20.2', 'v22.1.0', 'v100.0.0'])
    it(`with node ${version} will do`, () => assert.deepEqual(askedWith(version), { code: 0, said: '' }))

  for (const version of ['v18.20.4', 'v20.9.0', 'v20.18.3'])
    it(`with node ${version} is told in one line what it lacks`, () =>
      assert.deepEqual(askedWith(version), {
        code: 1,
        said: `periplus: Node >= 20.19 is needed, and /node is ${version}\n`,
      }))

  it('without node is told so', () =>
    assert.deepEqual(askedWith(undefined), {
      code: 1,
      said: 'periplus: Node >= 20.19 is needed, and there is no node on the PATH\n',
    }))
})
