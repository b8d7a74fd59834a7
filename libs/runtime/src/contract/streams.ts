import assert from 'node:assert/strict'
import { once } from 'node:events'
import { E } from '@periplus/prelude'
import type { StreamRequest } from '../container-runtime.ts'
import { lines } from './processes.ts'
import { refused, right, textOf } from './stage.ts'
import type { Stage } from './stage.ts'

const all: StreamRequest = { stdin: true, stdout: true, stderr: true, tty: false }
const exited = ({ state }: { readonly state: string }): boolean => state === 'exited'

export const streamsContract = (on: Stage): void => {
  if (!on.can.processes) {
    it('refuses streams', async () => {
      const { id, sandboxId } = await on.running('')
      assert.equal(refused(await on.runtime.exec(id, { ...all, command: ['cat'] })), 'Unsupported')
      assert.equal(refused(await on.runtime.attach(id, all)), 'Unsupported')
      assert.equal(refused(await on.runtime.portForward(sandboxId, 80)), 'Unsupported')
    })
    return
  }

  it('ends an exec whose input has ended', async () => {
    const { id } = await on.running('sleep 1000')
    const stream = right(await on.runtime.exec(id, { ...all, command: ['cat'] }))
    stream.stdin?.end('hi\n')
    const [out, err, exit] = await Promise.all([textOf(stream.stdout), textOf(stream.stderr), stream.exit])
    assert.deepEqual([out, err, right(exit).exitCode], ['hi\n', '', 0])
  })

  it('carries much data both ways', async () => {
    const { id } = await on.running('sleep 1000')
    const sent = Buffer.alloc(3_000_000, 'periplus ')
    const stream = right(await on.runtime.exec(id, { ...all, command: ['cat'] }))
    stream.stdin?.end(sent)
    const [out, , exit] = await Promise.all([textOf(stream.stdout), textOf(stream.stderr), stream.exit])
    assert.ok(Buffer.from(out).equals(sent))
    assert.equal(right(exit).exitCode, 0)
  })

  it('tells both outputs and the exit code of an exec apart', async () => {
    const { id } = await on.running('sleep 1000')
    const command = ['sh', '-c', 'echo out; echo err >&2; exit 5']
    const stream = right(await on.runtime.exec(id, { ...all, stdin: false, command }))
    assert.equal(stream.stdin, undefined)
    const [out, err, exit] = await Promise.all([textOf(stream.stdout), textOf(stream.stderr), stream.exit])
    assert.deepEqual([out, err, right(exit).exitCode], ['out\n', 'err\n', 5])
  })

  it('says that the command of an exec is not there', async () => {
    const { id } = await on.running('sleep 1000')
    const stream = await on.runtime.exec(id, { ...all, stdin: false, command: ['no-such-program'] })
    const exit = E.isLeft(stream) ? stream : await stream.right.exit
    assert.ok(E.isLeft(exit))
    assert.match(exit.left.message, /no-such-program/)
  })

  it('gives an exec a terminal of the size it is told', async () => {
    const { id } = await on.running('sleep 1000')
    const command = ['sh', '-c', 'echo ready; read go; stty size']
    const stream = right(await on.runtime.exec(id, { ...all, tty: true, command }))
    assert.equal(stream.stderr, undefined)
    let seen = ''
    stream.stdout?.on('data', chunk => (seen += String(chunk)))
    while (!seen.includes('ready')) await once(stream.stdout!, 'data')
    stream.resize(132, 43)
    // The size travels on a stream of its own: the terminal has it when a second exec would see it, so ask until it does.
    await onTerminal(on, id, '43 132')
    stream.stdin?.write('\n')
    assert.equal(right(await stream.exit).exitCode, 0)
    assert.match(seen, /43 132/)
  })

  it('attaches to a container and ends its input', async () => {
    // containerd 1.6 lets input through before it listens for output: only what was heard says that it does.
    const script = 'while :; do echo ready; read -t 1 line && break; done; echo "$line"; cat; echo over'
    const { id } = await on.running(script, { stdin: true, stdinOnce: true })
    const stream = right(await on.runtime.attach(id, all))
    let seen = ''
    stream.stdout?.on('data', chunk => (seen += String(chunk)))
    const over = once(stream.stdout!, 'end')
    while (!seen.includes('ready')) await once(stream.stdout!, 'data')
    stream.stdin?.end('through attach\nand more\n')
    await on.until(id, exited)
    await over
    assert.equal(seen.replace(/^(ready\n)+/, ''), 'through attach\nand more\nover\n')
    await stream.exit
    stream.close()
  })

  it('forwards to a port of the pod, and says when nobody listens', async () => {
    const { id, sandboxId, log } = await on.running(
      'mkdir /w; echo page > /w/index.html; httpd -p 18217 -h /w; echo up; sleep 1000',
    )
    await lines(on, log, 1)
    const connection = right(await on.runtime.portForward(sandboxId, 18217))
    connection.write('GET / HTTP/1.0\r\n\r\n')
    const page = await textOf(connection)
    assert.ok(page.includes('200 OK') && page.endsWith('page\n'), page)
    right(await on.runtime.stopContainer(id, 0))

    const none = await on.runtime.portForward(sandboxId, 18217)
    if (E.isLeft(none)) return
    none.right.write('GET / HTTP/1.0\r\n\r\n')
    await assert.rejects(textOf(none.right), /refused/)
  })
}

const onTerminal = async (on: Stage, id: string, size: string): Promise<void> => {
  const script = 'for t in /proc/[0-9]*/fd/0; do stty size < $t 2>/dev/null; done; true'
  for (;;) {
    const seen = right(await on.runtime.execSync(id, ['sh', '-c', script], 10)).stdout.toString()
    if (seen.includes(size)) return
  }
}
