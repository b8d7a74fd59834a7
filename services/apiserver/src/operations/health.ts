import type { Reply } from '../http/reply.ts'
import { text } from '../http/reply.ts'

/** One thing that can be well or not; `undefined` is well, text says what is wrong. */
export interface HealthCheck {
  readonly name: string
  /** Whether the process should be restarted when this fails, rather than only be left out by load balancers. */
  readonly liveness: boolean
  readonly check: () => string | undefined
}

const paths = ['/livez', '/readyz', '/healthz'] as const
type HealthPath = (typeof paths)[number]

export const isHealthPath = (path: string): boolean => paths.some(root => path === root || path.startsWith(`${root}/`))

/**
 * `/livez`, `/readyz`, `/healthz` and the single checks below them, in the text that Kubernetes' own print: `ok`, or a line
 * for each check with `?verbose`, and always when one fails.
 */
export const answerHealth = (
  checks: readonly HealthCheck[],
  path: string,
  query: URLSearchParams,
): Reply | undefined => {
  const root = paths.find(one => path === one || path.startsWith(`${one}/`)) as HealthPath
  const selected = root === '/livez' ? checks.filter(check => check.liveness) : checks
  const name = path.slice(root.length + 1)
  if (name !== '') {
    const single = selected.find(check => check.name === name)
    if (!single) return undefined
    const failure = single.check()
    return failure === undefined ? text(200, 'ok') : text(500, `internal server error: ${failure}`)
  }
  const excluded = new Set(query.getAll('exclude'))
  const lines: string[] = []
  let failed = false
  for (const { name: checkName, check } of selected) {
    const failure = excluded.has(checkName) ? undefined : check()
    if (excluded.has(checkName)) lines.push(`[+]${checkName} excluded: ok`)
    else if (failure === undefined) lines.push(`[+]${checkName} ok`)
    else {
      failed = true
      lines.push(`[-]${checkName} failed: ${failure}`)
    }
  }
  const report = lines.map(line => `${line}\n`).join('')
  if (failed) return text(500, `${report}${root.slice(1)} check failed\n`)
  return text(200, query.has('verbose') ? `${report}${root.slice(1)} check passed\n` : 'ok')
}
