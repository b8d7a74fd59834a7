import { mkdir, readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { writePrivately } from '../local-servers/private-file.ts'
import type { ContainerdHome } from './containerd-home.ts'
import { networkName } from './containerd-home.ts'
import type { ContainerdRequest } from './containerd-request.ts'
import { canLimitBandwidth, hasSysResource, usableSnapshotter } from './containers-possible.ts'

/** The sandbox image's name when the request names none. */
const defaultSandboxImage = 'localhost/pause:1'

const bandwidthPlugin = '{ "type": "bandwidth", "capabilities": { "bandwidth": true } }'

const fill = (template: string, values: Readonly<Record<string, string>>): string =>
  template.replace(/\{\{(\w+)\}\}/g, (_, name: string) => {
    const value = values[name]
    if (value === undefined) throw new Error(`no value for {{${name}}}`)
    return value
  })

/** Fills in the templates; resolves to whether the daemon's own file changed, so that a running one must be restarted. */
export const writeConfiguration = async (
  request: ContainerdRequest,
  home: ContainerdHome,
  cniBinaries: string,
): Promise<boolean> => {
  for (const directory of [request.home, home.root, home.state, home.run, home.cniConfiguration, home.addresses])
    await mkdir(directory, { recursive: true, mode: 0o711 })
  const snapshotter = await usableSnapshotter(home.root)
  if (snapshotter === 'native')
    request.say('overlay mounts do not work below this directory: images are copied per container (slower, more disk)')
  const template = (name: string) => readFile(join(request.templates, name), 'utf8')

  const config = fill(await template('config.toml'), {
    ...home,
    sandboxImage: request.sandboxImage ?? defaultSandboxImage,
    restrictOomScoreAdj: String(!(await hasSysResource())),
    cniBinaries,
    snapshotter,
  })
  const before = await readFile(home.config, 'utf8').catch(() => '')
  writePrivately(home.config, config)

  const network = fill(await template('10-pods.conflist'), {
    ...home,
    network: networkName(request.bridge),
    bridge: request.bridge,
    podCidr: request.podCidr,
    more: (await canLimitBandwidth(cniBinaries)) ? `,\n    ${bandwidthPlugin}` : '',
  })
  writePrivately(join(home.cniConfiguration, '10-pods.conflist'), network)

  // Read at every pull, so a mirror may come and go under a running daemon.
  const { registries = [], endpoint = '' } = request.mirror ?? {}
  for (const registry of registries) {
    const hosts = fill(await template('hosts.toml'), { registry, endpoint })
    writePrivately(join(home.registries, registry, 'hosts.toml'), hosts)
  }
  for (const known of await readdir(home.registries).catch((): string[] => []))
    if (!registries.includes(known)) await rm(join(home.registries, known), { recursive: true, force: true })
  return before !== config
}
