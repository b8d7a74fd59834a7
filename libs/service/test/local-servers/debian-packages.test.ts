import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E } from '@periplus/prelude'
import { unpackDebianPackages } from '../../src/local-servers/debian-packages.ts'

describe('Debian packages', function () {
  this.timeout(60_000)
  let work: string
  const settingBefore = process.env['APT_CONFIG']
  before(() => {
    work = mkdtempSync(join(tmpdir(), 'pp-apt-'))
    process.env['APT_CONFIG'] = join(work, 'apt.conf')
  })
  after(() => {
    if (settingBefore === undefined) delete process.env['APT_CONFIG']
    else process.env['APT_CONFIG'] = settingBefore
    rmSync(work, { recursive: true })
  })

  it('that cannot be had are refused in one line that names the mirror and what is wrong with it', async () => {
    writeFileSync(join(work, 'sources.list'), 'deb [trusted=yes] http://127.0.0.1:1/debian bookworm main\n')
    const settings = [`Dir::Etc::SourceList "${work}/sources.list"`, 'Dir::Etc::SourceParts "/dev/null"']
    writeFileSync(join(work, 'apt.conf'), settings.map(setting => `${setting};\n`).join(''))
    const unpacked = await unpackDebianPackages({ names: ['redis-server'], into: join(work, 'redis') })
    assert.ok(E.isLeft(unpacked))
    assert.match(
      unpacked.left,
      /^Unable to locate package redis-server \(http:\/\/127\.0\.0\.1:1\/debian\/\S+: .*Connection refused.*\)$/,
    )
    assert.equal(existsSync(join(work, 'redis')), false)
  })
})
