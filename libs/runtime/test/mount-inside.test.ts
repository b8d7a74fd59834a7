import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { E } from '@periplus/prelude'
import { mountInside } from '../src/process/mount-inside.ts'
import { runHere } from '../src/process/run-here.ts'

/** How long the race is run; `make attack` asks for more. */
const seconds = Number(process.env['ATTACK_SECONDS'] ?? 4)

/** Swaps the directory `seen` and a link to somewhere else in a thread of its own, as fast as the kernel can. */
const swapper = (place: string, target: string): Worker =>
  new Worker(
    `const { renameSync, symlinkSync, unlinkSync } = require('node:fs')
     const { workerData: [place, target] } = require('node:worker_threads')
     const attempt = step => { try { step() } catch { /* somebody made something there meanwhile */ } }
     for (let round = 0; ; round++) {
       attempt(() => renameSync(place + '/seen', place + '/away-' + round))
       attempt(() => symlinkSync(target, place + '/seen'))
       attempt(() => unlinkSync(place + '/seen'))
       attempt(() => renameSync(place + '/away-' + round, place + '/seen'))
     }`,
    { eval: true, workerData: [place, target] },
  )

/** A process in a mount namespace of its own, for as long as `use` takes. */
const inNamespace = async <A>(use: (pid: number) => Promise<A>): Promise<A> => {
  const holder = spawn('unshare', ['--mount', '--propagation', 'private', 'sh', '-c', 'echo; read -r end'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    await once(holder.stdout, 'data')
    return await use(holder.pid ?? 0)
  } finally {
    holder.stdin.end()
    await once(holder, 'exit')
  }
}

const mountPointsOf = (pid: number): readonly string[] =>
  readFileSync(`/proc/${pid}/mountinfo`, 'utf8')
    .split('\n')
    .flatMap(line => line.split(' ')[4] ?? [])

describe("mounts among a container's files", function () {
  this.timeout(60_000 + 3000 * seconds)
  let home: string
  let root: string
  let volume: string
  let outside: string
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'periplus-mounts-'))
    ;[root, volume, outside] = [join(home, 'root'), join(home, 'volume'), join(home, 'outside')]
    for (const directory of ['root/data', 'volume/seen/sub', 'outside/sub', 'other'])
      await mkdir(join(home, directory), { recursive: true })
    await writeFile(join(home, 'other/file'), 'of the other\n')
  })
  afterEach(() => rm(home, { recursive: true }))

  const mount = (containerPath: string, hostPath: string, readOnly = false) =>
    ({ containerPath, hostPath: join(home, hostPath), readOnly, propagation: 'private' }) as const
  const mounted = (pid: number, mounts: readonly ReturnType<typeof mount>[]) =>
    mountInside({ root, mounts, stage: join(home, 'stage'), pid })
  const see = async (pid: number, script: string): Promise<string> =>
    (await runHere('nsenter', [`--target=${pid}`, '--mount', 'sh', '-c', script, 'sh', root])).stdout.toString()

  it('never lie outside of it, whoever renames directories of its volumes meanwhile', async () => {
    const counts = { mounted: 0, refused: 0 }
    const attacker = swapper(volume, outside)
    try {
      for (const end = performance.now() + seconds * 1000; performance.now() < end || counts.mounted < 10;)
        await inNamespace(async pid => {
          const done = await mounted(pid, [
            mount('/data', 'volume'),
            mount('/data/seen/sub', 'other'),
            mount('/data/seen/new/file', 'other/file'),
          ])
          counts[E.isRight(done) ? 'mounted' : 'refused']++
          const points = mountPointsOf(pid).filter(path => path.startsWith(`${home}/`))
          const strangers = points.filter(path => path !== root && !path.startsWith(`${root}/`))
          assert.deepEqual(strangers, [], 'something is mounted where a link led')
        })
    } finally {
      await attacker.terminate()
    }
    assert.deepEqual([await readdir(outside), await readdir(join(outside, 'sub'))], [['sub'], []])
  })

  it('follow links of an image as the container does', async () => {
    await mkdir(join(root, 'run'))
    await mkdir(join(root, 'var'))
    await symlink('/run', join(root, 'var/run'))
    await symlink('../../../../../elsewhere/config', join(root, 'data/config'))
    await inNamespace(async pid => {
      const done = await mounted(pid, [mount('/var/run/here', 'other', true), mount('/data/config', 'other/file')])
      assert.deepEqual(done, E.right(undefined))
      assert.equal(await see(pid, 'cat "$1/run/here/file" "$1/elsewhere/config"'), 'of the other\nof the other\n')
      assert.equal(await see(pid, 'echo > "$1/run/here/new" || echo refused'), 'refused\n')
    })
    assert.ok(!existsSync(join(home, 'elsewhere')))
  })

  it('wait for no pipe that an image has where something is to be mounted', async () => {
    await mkdir(join(root, 'etc'))
    await runHere('mkfifo', [join(root, 'etc/hosts')])
    await inNamespace(async pid => {
      assert.deepEqual(await mounted(pid, [mount('/etc/hosts', 'other/file')]), E.right(undefined))
      assert.equal(await see(pid, 'cat "$1/etc/hosts"'), 'of the other\n')
    })
  })

  it('give nobody the devices that an image brings', async () => {
    await runHere('mknod', ['-m', '666', join(root, 'zero'), 'c', '1', '5'])
    await inNamespace(async pid => {
      assert.deepEqual(await mounted(pid, []), E.right(undefined))
      assert.equal(await see(pid, 'head -c 1 "$1/zero" > "$1/read" || echo refused'), 'refused\n')
      assert.equal(await see(pid, 'head -c 1 "$1/dev/zero" | wc -c'), '1\n')
    })
  })

  it('say what is in the way', async () => {
    await writeFile(join(root, 'plain'), '')
    await inNamespace(async pid => {
      const done = await mounted(pid, [mount('/plain/below', 'other')])
      assert.match(E.isLeft(done) ? done.left : 'mounted', /^\/plain\/below cannot be mounted on: ENOTDIR/)
    })
  })
})
