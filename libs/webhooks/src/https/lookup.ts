import { Resolver } from 'node:dns/promises'
import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

const timeout = 2_000
const tries = 2

const inHosts = (text: string, name: string): readonly string[] =>
  text.split('\n').flatMap(line => {
    const [address = '', ...names] = (line.split('#')[0] ?? '').trim().split(/\s+/)
    return names.includes(name) && isIP(address) !== 0 ? [address] : []
  })

/**
 * The addresses of a name: from /etc/hosts, else from DNS. The system's own look-up would do as well, but waits in one of the few
 * threads that files are read in: four names whose servers are silent would hold up everybody's files.
 */
export const addressesOf = async (name: string, signal: AbortSignal): Promise<readonly string[]> => {
  if (isIP(name) !== 0) return [name]
  const hosts = inHosts(await readFile('/etc/hosts', 'utf8').catch(() => ''), name)
  if (hosts.length > 0) return hosts
  const resolver = new Resolver({ timeout, tries })
  const cancel = (): void => resolver.cancel()
  signal.addEventListener('abort', cancel, { once: true })
  const found = await Promise.allSettled([resolver.resolve4(name), resolver.resolve6(name)])
  signal.removeEventListener('abort', cancel)
  return found.flatMap(one => (one.status === 'fulfilled' ? one.value : []))
}
