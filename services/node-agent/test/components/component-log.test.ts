import assert from 'node:assert/strict'
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { E, systemClock, virtualClock } from '@periplus/prelude'
import type { LogRequest, NodeRequest } from '@periplus/runtime'
import { boundFile } from '@periplus/service'
import { componentLog } from '../../src/components/component-log.ts'
import type { LifeSpan } from '../../src/components/component-log.ts'
import type { Component } from '../../src/components/component.ts'
import { answerForComponent } from '../../src/streams/answer-for-component.ts'

const time = (second: number): number => Date.UTC(2026, 0, 1, 0, 0, second)
const line = (second: number, message: string, component = 'apiserver'): string =>
  JSON.stringify({ time: new Date(time(second)).toISOString(), level: 'info', component, message })
const all = { timestamps: false }

describe('the log of a part of the cluster', () => {
  let directory: string
  let path: string
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'pp-component-log-'))
    path = join(directory, 'control-plane.log')
    writeFileSync(`${path}.1`, `${line(1, 'a')}\n`)
    writeFileSync(path, `${line(2, 'b')}\n${line(5, 'c')}\nat thrown (file.js:1)\n${line(6, 'd', 'scheduler')}\n`)
  })
  afterEach(() => rmSync(directory, { recursive: true }))

  const isOf = (text: string): boolean => !text.includes('scheduler')
  const said = async (span: LifeSpan, wanted: Parameters<typeof componentLog>[2] = all): Promise<string> => {
    let text = ''
    for await (const bytes of componentLog({ path, isOf }, span, wanted)) text += bytes.toString()
    return text
  }

  it('is that of one life, with what has no time of its own behind what has', async () => {
    assert.equal(await said({ from: time(5) }), `${line(5, 'c')}\nat thrown (file.js:1)\n`)
    assert.equal(await said({ from: time(1), until: time(5) }), `${line(1, 'a')}\n${line(2, 'b')}\n`)
  })

  it('is cut as kubectl wants it', async () => {
    assert.equal(await said({ from: 0 }, { ...all, tailLines: 1 }), 'at thrown (file.js:1)\n')
    assert.equal(await said({ from: 0 }, { ...all, limitBytes: 5 }), line(1, 'a').slice(0, 5))
    assert.equal(
      await said({ from: time(5) }, { timestamps: true, tailLines: 1 }),
      '2026-01-01T00:00:05.000000000Z at thrown (file.js:1)\n',
    )
  })

  it('is followed over a new beginning of its file, until the process is another', async () => {
    const clock = virtualClock(0)
    let isOver = false
    const follow = { clock, signal: new AbortController().signal, isOver: () => isOver }
    const read = componentLog({ path }, { from: time(6) }, { ...all, tailLines: 1 }, follow)
    const next = async (): Promise<string | undefined> => {
      let got: IteratorResult<Buffer, void> | undefined
      void read.next().then(result => (got = result))
      // It looks again and again, whenever its clock goes on.
      while (!got) {
        clock.advance(500)
        await new Promise(resolve => setImmediate(resolve))
      }
      return got.value?.toString()
    }
    assert.equal(await next(), `${line(6, 'd', 'scheduler')}\n`)
    appendFileSync(path, `${line(7, 'e')}\n`)
    assert.equal(await next(), `${line(7, 'e')}\n`)
    appendFileSync(path, `${line(8, 'f')}\n`)
    assert.ok(boundFile(path, 0))
    appendFileSync(path, `${line(9, 'g')}\n`)
    assert.equal(await next(), `${line(8, 'f')}\n`)
    assert.equal(await next(), `${line(9, 'g')}\n`)
    isOver = true
    assert.equal(await next(), undefined)
  })

  const component: Component = {
    name: 'apiserver',
    tier: 'control-plane',
    process: { pid: 1, since: time(0), startedAt: time(5), restarts: 0 },
  }
  const request: LogRequest = {
    ...{ pod: { namespace: 'kube-system', name: 'apiserver-n', uid: 'u' }, container: 'apiserver' },
    ...{ follow: false, previous: false, timestamps: false, stream: 'All' },
  }
  const refusal = (asked: Exclude<NodeRequest, { tag: 'Api' }>): string | undefined => {
    const node = { clock: systemClock, signal: new AbortController().signal }
    const answer = answerForComponent(node, { component, current: () => component, log: { path } }, asked)
    return E.isLeft(answer) ? `${answer.left.tag}: ${answer.left.message}` : undefined
  }
  it('is refused in the words of a kubelet where there is none', () => {
    assert.equal(refusal({ tag: 'Logs', ...request }), undefined)
    assert.equal(
      refusal({ tag: 'Logs', ...request, previous: true }),
      'BadRequest: previous terminated container "apiserver" in pod "apiserver-n" not found',
    )
    assert.equal(
      refusal({ tag: 'Logs', ...request, container: 'web' }),
      'BadRequest: container "web" in pod "apiserver-n" is not available',
    )
    assert.match(refusal({ tag: 'Logs', ...request, stream: 'Stdout' }) ?? '', /^BadRequest: .* not told apart/)
  })
  it('is all that can be had of it', () => {
    assert.match(
      refusal({ tag: 'PortForward', pod: request.pod, port: 80 }) ?? '',
      /^Unsupported: apiserver is a process of the machine and no container/,
    )
  })
})
