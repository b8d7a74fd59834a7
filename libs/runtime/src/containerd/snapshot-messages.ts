import { many, message, one, string, strings } from '@periplus/grpc'
import { call } from './cri-messages.ts'

const mounts = message({
  mounts: many(
    1,
    message({ type: one(1, string), source: one(2, string), target: one(3, string), options: many(4, string) }),
  ),
})
const snapshot = { snapshotter: one(1, string), key: one(2, string) }
const service = (method: string): string => `/containerd.services.snapshots.v1.Snapshots/${method}`

/** The calls of containerd's snapshots that an image's mount needs (`containerd.services.snapshots.v1`), the same from 1.0 to 2. */
export const snapshots = {
  /** Read-only, upon the layers whose chain ends in `parent`. */
  view: call(service('View'), message({ ...snapshot, parent: one(3, string), labels: strings(4) }), mounts),
  mounts: call(service('Mounts'), message(snapshot), mounts),
  remove: call(service('Remove'), message(snapshot), message({})),
} as const
