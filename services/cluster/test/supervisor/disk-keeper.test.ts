import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { virtualClock } from '@periplus/prelude'
import { allocatedBytes, diskReserve, freeBytes, reserveBytes } from '@periplus/service'
import type { Logger, NatsHealth } from '@periplus/service'
import { homeOf } from '../../src/home/home.ts'
import { diskKeeper, diskRefusal } from '../../src/supervisor/disk-keeper.ts'
import type { LogServer } from '../../src/supervisor/disk-keeper.ts'

const mebibyte = 1024 ** 2
const silent: Logger = { info: () => undefined, warn: () => undefined, error: () => undefined, for: () => silent }

describe('the reserve of a log on a full disk', function () {
  this.timeout(60_000)
  let directory: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-keeper-'))
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200m', 'periplus-test', directory])
    mkdirSync(homeOf(directory).nats, { recursive: true })
    mkdirSync(homeOf(directory).logs)
  })
  afterEach(() => {
    execFileSync('umount', ['--lazy', directory])
    rmSync(directory, { recursive: true })
  })

  /** Writes whatever room there is, to the last page. */
  const greedy = () => {
    const path = join(directory, 'greedy')
    const fill = (): void => {
      const descriptor = openSync(path, 'a')
      for (let bytes = mebibyte; bytes >= 4096;)
        try {
          writeSync(descriptor, Buffer.alloc(bytes, 1))
        } catch {
          bytes /= 4
        }
      closeSync(descriptor)
    }
    return { fill, has: () => statSync(path).size }
  }
  /** Needs a file of its own for each life, and fails when nothing more fits into it. */
  const logServer = () => {
    const files = join(homeOf(directory).nats, 'jetstream/$G/streams/OBJECTS/msgs')
    mkdirSync(files, { recursive: true })
    let lives = 0
    let health: NatsHealth = { tag: 'Well' }
    const file = (life: number): string => join(files, `${life}.blk`)
    const hasNoRoom = (): boolean => lives > 0 && allocatedBytes(file(lives)) === 0 && freeBytes(directory) === 0
    const server: LogServer = {
      health: async () => {
        // It may have been started again as the last room was taken.
        if (hasNoRoom()) fails()
        return health
      },
      restart: async () => {
        closeSync(openSync(file(++lives), 'w'))
        health = { tag: 'Well' }
      },
    }
    const blocks = (): number =>
      Array.from({ length: lives }, (_, life) => allocatedBytes(file(life + 1))).filter(bytes => bytes >= 8 * mebibyte)
        .length
    const fails = (): void => void (health = { tag: 'WriteError', streams: ['OBJECTS'], message: 'no space left' })
    return { server, fails, isStopped: () => health.tag === 'WriteError', blocks }
  }
  /** Time goes on until it is so. */
  const passing = async (clock: ReturnType<typeof virtualClock>, isSo: () => boolean, mostSeconds = 60) => {
    for (let left = mostSeconds * 20; left > 0 && !isSo(); left--) {
      clock.advance(50)
      await new Promise(resolve => setTimeout(resolve, 2))
    }
    assert.ok(isSo())
  }

  it('is the log’s to the last mebibyte, however often it is given back, and pods get nothing of it', async () => {
    const clock = virtualClock(0)
    const pods = greedy()
    const log = logServer()
    const reserve = diskReserve(homeOf(directory).nats)
    const disk = diskKeeper(homeOf(directory), {
      ...{ clock, log: silent },
      atRest: async act => {
        const done = await act()
        pods.fill()
        return done
      },
    })
    const keeping = disk.keep(() => log.server)
    await passing(clock, () => reserve.isWhole())
    pods.fill()
    const had = pods.has()
    let given = 0
    for (; reserve.held() >= 16 * mebibyte; given++) {
      const before = log.blocks()
      log.fails()
      await passing(clock, () => !log.isStopped() && log.blocks() > before)
    }
    await keeping.stop()
    assert.equal(given, log.blocks())
    assert.ok(given >= 6, `${given} blocks of 8 MiB came of ${reserveBytes} bytes`)
    assert.ok(pods.has() - had < 2 * mebibyte, `pods got ${pods.has() - had} bytes`)
  })

  it('takes the room that comes, before it is enough for new objects', async () => {
    const clock = virtualClock(0)
    const pods = greedy()
    const log = logServer()
    const reserve = diskReserve(homeOf(directory).nats)
    pods.fill()
    const disk = diskKeeper(homeOf(directory), { clock, log: silent, atRest: act => act() })
    const keeping = disk.keep(() => log.server)
    await passing(clock, () => clock.now() > 3_000)
    assert.equal(reserve.held(), 0)
    execFileSync('truncate', ['--size', `-${40 * mebibyte}`, join(directory, 'greedy')])
    await passing(clock, () => reserve.held() > 30 * mebibyte)
    let hasStopped = false
    void keeping.stop().then(() => (hasStopped = true))
    await passing(clock, () => hasStopped)
    assert.ok((freeBytes(directory) ?? 0) >= 8 * mebibyte)
  })

  it('gives a start what it lacks while pods are at rest, and has the rest again', async () => {
    const clock = virtualClock(0)
    const pods = greedy()
    const log = logServer()
    const home = homeOf(directory)
    const reserve = diskReserve(home.nats)
    assert.ok(await reserve.take())
    pods.fill()
    const had = pods.has()
    let resting = false
    const disk = diskKeeper(home, {
      ...{ clock, log: silent },
      atRest: async act => {
        resting = true
        const done = await act()
        resting = false
        pods.fill()
        return done
      },
    })
    assert.equal(diskRefusal(home), undefined)
    await disk.starting(async () => {
      assert.ok(resting)
      assert.ok((freeBytes(directory) ?? 0) >= 32 * mebibyte)
      const keeping = disk.keep(() => log.server)
      await log.server.restart()
      await passing(clock, () => clock.now() > 3_000)
      await keeping.stop()
      assert.ok((freeBytes(directory) ?? 0) >= 24 * mebibyte, 'nothing is taken in the middle of it')
    })
    assert.ok(reserve.held() > 50 * mebibyte, `${reserve.held()} bytes are there again`)
    assert.ok(pods.has() - had < mebibyte)
  })

  it('is kept where all of it would not be enough', async () => {
    const home = homeOf(directory)
    const reserve = diskReserve(home.nats)
    assert.ok(await reserve.take())
    reserve.giveBack(40 * mebibyte)
    greedy().fill()
    assert.match(diskRefusal(home) ?? '', /has 24 MiB free and a cluster needs 32 MiB to start/)
    assert.ok(reserve.held() >= 24 * mebibyte && existsSync(join(home.nats, 'reserve')))
  })
})
