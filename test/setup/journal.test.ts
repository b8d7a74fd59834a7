import assert from 'node:assert/strict'
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { root } from '../e2e/cluster.ts'

/** With mounts of its own, and nothing that is left behind. */
const apart = ['--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child', '--mount-proc']

/** A real one, on machines that have it. */
const hasJournal =
  existsSync('/lib/systemd/systemd-journald') &&
  spawnSync('unshare', [...apart, 'journalctl', '--version']).status === 0

;(hasJournal ? describe : () => undefined)('the journal of the machine', function () {
  this.timeout(120_000)
  const home = mkdtempSync(join(tmpdir(), 'pp-journal-'))
  after(() => rmSync(home, { recursive: true }))

  it('has what units of roles say, by its priority, and the command line shows it behind what is in files', async () => {
    mkdirSync(join(home, 'logs'), { mode: 0o700 })
    writeFileSync(join(home, 'logs/control-plane.log'), '{"component":"controllers","message":"in a file"}\n')
    const words = [...apart, process.execPath, '--import', 'tsx']
    const { stdout } = await promisify(execFile)('unshare', [...words, 'test/setup/journal-side.ts', home], {
      cwd: root,
    })
    assert.deepEqual(JSON.parse(stdout), {
      entries: ['6 one', '4 two', '3 three', '6 four'],
      redirected: ['five'],
      shown: {
        controllers: ['in a file', 'one'],
        'kube-scheduler': ['two'],
        'control-plane': ['in a file', 'one', 'two', 'three'],
        last: ['in a file', 'three'],
        supervisor: ['four'],
        nats: [],
      },
    })
  })
})
