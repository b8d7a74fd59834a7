import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { rolesOf } from '../../services/cluster/src/roles/serve.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const units = join(root, 'deploy/systemd')

/** Units are judged by systemd itself, on machines that have it. */
const hasAnalyze = spawnSync('systemd-analyze', ['--version']).status === 0

;(hasAnalyze ? describe : () => undefined)('the units of systemd', function () {
  this.timeout(60_000)
  let directory: string

  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'periplus-units-'))
    // Programs must be where a unit says: here they are in this checkout.
    for (const name of readdirSync(units))
      writeFileSync(join(directory, name), readFileSync(join(units, name), 'utf8').replaceAll('/opt/periplus/', root))
  })
  after(() => rmSync(directory, { recursive: true }))

  /** What `systemd-analyze` complains of, of these units alone. */
  const complaints = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync('systemd-analyze', [...args], { encoding: 'utf8' })
    return status === 0 && stderr === '' ? '' : `${status} ${stderr}${stdout}`
  }

  for (const name of readdirSync(units))
    it(`${name} is one that systemd takes`, () => {
      const unit = join(directory, name.replace('@', '@controllers'))
      if (name.includes('@')) writeFileSync(unit, readFileSync(join(directory, name)))
      assert.equal(complaints('verify', '--man=no', '--recursive-errors=no', unit), '')
    })

  it('is told its roles by names that systemd leaves as they are', () => {
    const [, named = ''] =
      /enable --now (\S+@\S+)/.exec(readFileSync(join(units, 'periplus-role@.service'), 'utf8')) ?? []
    const { stdout } = spawnSync('systemd-escape', ['--mangle', named], { encoding: 'utf8' })
    assert.equal(stdout.trim(), `${named}.service`)
    assert.deepEqual(
      rolesOf([named.split('@')[1] ?? '']).map(({ name }) => name),
      ['controllers', 'scheduler'],
    )
  })

  it('complains of what it does not know', () => {
    const unit = join(directory, 'wrong.service')
    writeFileSync(unit, '[Service]\nExecStart=/bin/true\nProtectEverything=yes\n')
    assert.match(complaints('verify', '--man=no', '--recursive-errors=no', unit), /ProtectEverything/)
  })

  it('a role of the control plane can do little besides its work', () =>
    assert.equal(
      complaints(
        'security',
        '--offline=yes',
        '--no-pager',
        '--threshold=45',
        join(directory, 'periplus-role@.service'),
      ),
      '',
    ))
})
