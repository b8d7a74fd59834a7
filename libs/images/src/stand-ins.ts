import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { busyboxImage } from './busybox-image.ts'
import { nginxImage } from './nginx-image.ts'
import type { OciImage } from './oci-image.ts'
import { readLayout, writeLayout } from './oci-layout.ts'
import { pauseImage } from './pause-image.ts'
import type { StandIn } from './stand-in.ts'

/**
 * Builds the stand-ins from Debian packages into an OCI layout at `directory`; the same packages give the same bytes. Not
 * built again when the layout is already there, unless `rebuild`. Resolves to the lines that say what each one is.
 */
export const ensureStandIns = async (
  directory: string,
  options: { readonly rebuild?: boolean; readonly say: (line: string) => void },
): Promise<Either<string, readonly string[]>> => {
  const present = await readLayout(directory)
  if (!options.rebuild && ['busybox', 'nginx', 'pause'].every(repository => present.has(repository)))
    return E.right(
      [...present].map(([repository, { annotations }]) => described(repository, annotations?.[title] ?? '')),
    )
  options.say('building stand-in images from Debian packages')
  const built: StandIn[] = []
  for (const build of [busyboxImage, nginxImage, pauseStandIn]) {
    const standIn = await build()
    if (E.isLeft(standIn)) return standIn
    built.push(standIn.right)
  }
  const images = built.map(({ repository, image, what }) => {
    const manifest = { ...image.manifest, annotations: { [title]: what } }
    return [repository, { ...image, manifest }] as const
  })
  await writeLayout(directory, new Map(images))
  return E.right(built.map(({ repository, what }) => described(repository, what)))
}

const title = 'org.opencontainers.image.title'

const described = (repository: string, what: string): string => `${repository}:<any tag> is ${what}`

const pauseStandIn = async (): Promise<Either<string, StandIn>> =>
  E.map((image: OciImage) => ({ repository: 'pause', what: 'a pause program of our own', image }))(pauseImage())
