import { stat } from 'node:fs/promises'
import { dirname, relative } from 'node:path'
import { E, lanes, messageOf } from '@periplus/prelude'
import { grpcChannel, grpcStatus } from '@periplus/grpc'
import type { Call, GrpcChannel } from '@periplus/grpc'
import type { ContainerRuntime } from '../container-runtime.ts'
import { runHere } from '../process/run-here.ts'
import { done, failed, notFound, unsupported } from '../refusals.ts'
import type { Outcome } from '../refusals.ts'
import { cri } from './cri-messages.ts'
import { refusalOf } from './refusal-of.ts'
import { snapshots } from './snapshot-messages.ts'

/** Images shown at directories of the node. */
export interface ImageMounts {
  readonly mount: ContainerRuntime['mountImage']
  readonly unmount: ContainerRuntime['unmountImage']
  close(): void
}

const seconds = 30
/** The one snapshotter whose layers can be laid over each other without a place to write to. */
const overlay = 'overlayfs'
/** Collected by nobody: the layers stay for as long as this view of them does, whatever becomes of the image. */
const kept = 'containerd.io/gc.root'
/** Of a mount: what is in a tenant's image is data here, not programs and not devices. */
const flags = ['ro', 'nosuid', 'nodev', 'noexec']

/**
 * Mounts images by containerd's own snapshots: CRI has had a field for it only since containerd 2.1. Always as an overlay without an
 * upper layer, even of one layer: there nobody can write, whoever may remount it.
 */
export const imageMounts = (address: string, channel: GrpcChannel): ImageMounts => {
  // Where CRI keeps what is its own.
  const own = grpcChannel(address, { headers: { 'containerd-namespace': 'k8s.io' } })
  const inTurn = lanes().run
  const call = async <Req, Res>(on: GrpcChannel, to: Call<Req, Res>, request: Req): Promise<Outcome<Res>> =>
    E.mapLeft(refusalOf)(await on.unary(to, request, seconds))

  /** Refused where another snapshotter is used. */
  const usesOverlay = async (): Promise<Outcome<void>> => {
    const status = await call(channel, cri.status, { verbose: true })
    if (E.isLeft(status)) return status
    const used = snapshotterOf(status.right.info)
    return used === overlay
      ? done
      : unsupported(`images can be mounted as volumes with ${overlay} only, not with ${used}`)
  }

  const layersOf = async (image: string): Promise<Outcome<string>> => {
    const got = await call(channel, cri.imageStatus, { image: { image }, verbose: true })
    if (E.isLeft(got)) return got
    return got.right.image ? E.right(chainOf(got.right.info)) : notFound('image', image)
  }

  /** The view that an agent before this one has made is as good. */
  const view = async (key: string, parent: string) => {
    const labels = { [kept]: new Date(0).toISOString() }
    const made = await own.unary(snapshots.view, { snapshotter: overlay, key, parent, labels }, seconds)
    if (E.isRight(made) || made.left.code !== grpcStatus.ALREADY_EXISTS) return E.mapLeft(refusalOf)(made)
    return call(own, snapshots.mounts, { snapshotter: overlay, key })
  }

  const mount = async (image: string, directory: string): Promise<Outcome<void>> => {
    if (await isMounted(directory)) return done
    const usable = await usesOverlay()
    if (E.isLeft(usable)) return usable
    const layers = await layersOf(image)
    if (E.isLeft(layers)) return layers
    const viewed = await view(keyOf(directory), layers.right)
    if (E.isLeft(viewed)) return viewed
    const [only] = viewed.right.mounts
    return only ? mountLayers(lowerOf(only), directory) : failed('containerd has no mount for the image')
  }

  const unmount = async (directory: string): Promise<Outcome<void>> => {
    while (await isMounted(directory)) {
      const { exitCode, stderr } = await runHere('umount', ['--no-canonicalize', directory])
      if (exitCode !== 0) return failed(stderr.toString().trim())
    }
    const gone = await call(own, snapshots.remove, { snapshotter: overlay, key: keyOf(directory) })
    return E.isLeft(gone) && gone.left.tag !== 'NotFound' ? gone : done
  }

  const contained = (task: () => Promise<Outcome<void>>) => async (): Promise<Outcome<void>> =>
    task().catch((error: unknown) => failed(messageOf(error)))
  return {
    mount: (image, directory) =>
      inTurn(
        directory,
        contained(() => mount(image, directory)),
      ),
    unmount: directory =>
      inTurn(
        directory,
        contained(() => unmount(directory)),
      ),
    close: () => own.close(),
  }
}

const keyOf = (directory: string): string => `periplus-image-volume${directory}`

/** containerd 2 says elsewhere what it uses; there it is the default that counts, and a view of other layers is refused. */
const snapshotterOf = (info: Readonly<Record<string, string>>): string => {
  const { containerd } = JSON.parse(info['config'] || '{}') as { containerd?: { snapshotter?: string } }
  return containerd?.snapshotter || overlay
}

const chainOf = (info: Readonly<Record<string, string>>): string =>
  (JSON.parse(info['info'] || '{}') as { chainID?: string }).chainID ?? ''

interface SnapshotMount {
  readonly type: string
  readonly source: string
  readonly options: readonly string[]
}

/** The directories of the layers, the topmost first. A single one is told as a bind mount. */
const lowerOf = ({ type, source, options }: SnapshotMount): readonly string[] => {
  if (type === 'bind') return [source]
  const prefix = 'lowerdir='
  return options.filter(option => option.startsWith(prefix)).flatMap(option => option.slice(prefix.length).split(':'))
}

/** Named from where they all are: the kernel takes no more than a page of text, and an image may have 127 layers. */
const mountLayers = async (layers: readonly string[], directory: string): Promise<Outcome<void>> => {
  const [first = ''] = layers
  const around = dirname(dirname(first))
  // An overlay has two layers at least; the directory itself is empty as long as nothing is mounted there.
  const lower = [...layers, ...(layers.length === 1 ? [directory] : [])].map(layer => relative(around, layer))
  const options = [...flags, `lowerdir=${lower.join(':')}`].join()
  // mount(2), as newer tools would take no more than 256 bytes of it.
  const command = ['LIBMOUNT_FORCE_MOUNT2=always', 'mount', '-t', 'overlay', '-o', options, 'overlay', directory]
  const { exitCode, stderr } = await runHere('env', command, { directory: around })
  return exitCode === 0 ? done : failed(`the image cannot be mounted: ${stderr.toString().trim()}`)
}

/** A file system of its own. */
const isMounted = async (directory: string): Promise<boolean> => {
  const [here, above] = await Promise.all(
    [directory, dirname(directory)].map(path => stat(path).catch(() => undefined)),
  )
  return here !== undefined && above !== undefined && here.dev !== above.dev
}
