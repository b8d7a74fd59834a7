import { isIPv4 } from 'node:net'
import { E } from '@periplus/prelude'
import type { Flow, Flows } from '../flows.ts'
import { runTool } from '../run-tool.ts'
import type { ToolRun } from '../run-tool.ts'

/** The kernel's own, through the program `conntrack`. `prefix` stands in front of its command line. */
export const conntrackFlows = (prefix: readonly string[] = []): Flows => {
  const conntrack = (...args: readonly string[]): Promise<ToolRun> => {
    const [program = '', ...rest] = [...prefix, 'conntrack', ...args]
    return runTool(program, rest)
  }
  return {
    list: async () => {
      const ran = await conntrack('-L', '-p', 'udp')
      return ran.code === 0 ? E.right(flowsIn(ran.stdout)) : E.left(`conntrack: ${ran.stderr.trim().slice(0, 500)}`)
    },
    forget: async ({ to, port, answeredBy }) => {
      const ran = await conntrack(
        ...['-D', '-p', 'udp', '--orig-dst', to, '--orig-port-dst', String(port), '--reply-src', answeredBy],
      )
      // It also ends so where there was none.
      const none = ran.stderr.includes(' 0 flow entries have been deleted')
      return ran.code === 0 || none ? E.right(undefined) : E.left(`conntrack: ${ran.stderr.trim().slice(0, 500)}`)
    },
  }
}

/** Lines such as `udp 17 29 src=A dst=B sport=C dport=D src=E dst=F sport=G dport=H ...`: the way there, then the way back. */
export const flowsIn = (listing: string): readonly Flow[] =>
  listing.split('\n').flatMap(line => {
    const words = line.split(' ')
    const valuesOf = (key: string): readonly string[] =>
      words.filter(word => word.startsWith(`${key}=`)).map(word => word.slice(key.length + 1))
    const [to = ''] = valuesOf('dst')
    const [, answeredBy = ''] = valuesOf('src')
    const port = Number(valuesOf('dport')[0])
    return words[0] === 'udp' && isIPv4(to) && isIPv4(answeredBy) && port > 0 ? [{ to, port, answeredBy }] : []
  })
