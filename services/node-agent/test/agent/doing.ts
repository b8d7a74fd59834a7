import { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import { boundPod, origin, world } from './world.ts'
import type { World, WorldOptions } from './world.ts'

export const statusOf = (w: World, name = 'a') => w.pod(name)?.status?.containerStatuses?.[0]
export const isReady = (w: World, name = 'a') =>
  w.pod(name)?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false
export const remove = async (w: World, name: string, gracePeriodSeconds?: number): Promise<void> => {
  const ref = { group: '', resource: 'pods', namespace: 'default', name }
  await w.commands.execute(
    { verb: 'delete', kind: Pod, ref, options: gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds } },
    origin,
  )
  await w.settle()
}
export const containersOf = async (w: World) => {
  const listed = await w.runtime.containers()
  return E.isRight(listed) ? listed.right : []
}
export const within = (options: WorldOptions, body: (w: World) => Promise<void>) => async () => {
  const w = await world(options)
  try {
    await body(w)
  } finally {
    await w.close()
  }
}
export const run = async (w: World, spec: Parameters<typeof boundPod>[1] = {}, name = 'a'): Promise<void> => {
  await w.create(Pod, boundPod(name, spec))
  await w.settle()
}
