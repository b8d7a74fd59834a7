import { readFile } from 'node:fs/promises'
import { isIP } from 'node:net'

/** Servers of a resolv.conf, but for addresses that are this server's own. */
export const serversIn = (text: string, own: readonly string[]): readonly string[] =>
  text
    .split('\n')
    .map(line => /^\s*nameserver\s+(\S+)/.exec(line)?.[1] ?? '')
    .filter(address => isIP(address) !== 0 && !own.includes(address))
    .slice(0, 3)

const lookEvery = 10_000

/** The machine's own servers, looked up again every ten seconds at most. */
export const machinesServers = (own: readonly string[], path = '/etc/resolv.conf') => {
  let known: Promise<readonly string[]> | undefined
  let looked = 0
  return (now: number): Promise<readonly string[]> => {
    if (!known || now - looked > lookEvery) {
      looked = now
      known = readFile(path, 'utf8').then(
        text => serversIn(text, own),
        () => [],
      )
    }
    return known
  }
}
