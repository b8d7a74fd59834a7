import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { ensureStandIns, serveLayout } from '@periplus/images'
import { registryReachable } from './registry-reachable.ts'

export interface ImagesRequest {
  /** `PERIPLUS_IMAGES`. `auto`: the registries where one is reachable, else the stand-ins. */
  readonly mode: 'auto' | 'registry' | 'standins'
  /** The layout of the stand-ins; kept from start to start. */
  readonly directory: string
  readonly say: (line: string) => void
  /** Answers whether a registry can be reached; asked in `auto` only. */
  readonly reachable?: () => Promise<boolean>
}

/** Where pulls go. */
export interface PreparedImages {
  /** Present: pulls of these registries are answered by the stand-ins. Absent: nothing is replaced. */
  readonly mirror?: { readonly endpoint: string; readonly registries: readonly string[] }
  stop(): Promise<void>
}

const mirrored = ['docker.io', 'registry.k8s.io']

/**
 * Decides where images come from, and says it. Without a registry, stand-ins are built from Debian packages and served on
 * loopback: a person must know that their `nginx:1.7.9` is another nginx, and how to have the real one.
 */
export const prepareImages = async (request: ImagesRequest): Promise<Either<string, PreparedImages>> => {
  const { mode, say, reachable = registryReachable } = request
  const real: PreparedImages = { stop: async () => undefined }
  if (mode === 'registry') return E.right(real)
  if (mode === 'auto' && (await reachable())) return E.right(real)
  const built = await ensureStandIns(request.directory, { say })
  if (E.isLeft(built)) return E.left(`the stand-in images cannot be built: ${built.left}`)
  const registry = await serveLayout(request.directory)
  for (const line of announcement(mode, built.right)) say(line)
  return E.right({ mirror: { endpoint: registry.endpoint, registries: mirrored }, stop: registry.close })
}

const announcement = (mode: 'auto' | 'standins', images: readonly string[]): readonly string[] => [
  'IMAGES ARE STAND-INS, NOT THE REAL ONES',
  mode === 'auto'
    ? `  because no image registry can be reached from here (${mirrored.join(', ')})`
    : '  because PERIPLUS_IMAGES=standins',
  ...images.map(line => `  ${line}`),
  '  every other image is not found',
  '  PERIPLUS_IMAGES=registry switches this off; PERIPLUS_IMAGES=auto looks for a registry at each start',
]
