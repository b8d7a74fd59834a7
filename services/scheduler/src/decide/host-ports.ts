import type { Pod } from '@periplus/kinds'

export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

const everywhere = '0.0.0.0'

export const hostPortsOf = ({ spec }: Pod): readonly HostPort[] => {
  const restartable = (spec?.initContainers ?? []).filter(container => container.restartPolicy === 'Always')
  return [...(spec?.containers ?? []), ...restartable].flatMap(({ ports }) =>
    (ports ?? [])
      .filter(({ hostPort }) => (hostPort ?? 0) > 0)
      .map(({ hostIP, protocol, hostPort }) => ({
        ip: hostIP || everywhere,
        protocol: protocol ?? 'TCP',
        port: hostPort ?? 0,
      })),
  )
}

export const collide = (a: HostPort, b: HostPort): boolean =>
  a.port === b.port && a.protocol === b.protocol && (a.ip === b.ip || a.ip === everywhere || b.ip === everywhere)
