import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { file } from './file-tree.ts'
import { ociImage } from './oci-image.ts'
import type { OciImage } from './oci-image.ts'
import { layoutArchive } from './oci-layout.ts'
import { pauseBinary } from './static-pause.ts'

/** The sandbox's image for this machine; refused where no pause program is written for its processor. */
export const pauseImage = (architecture: string = process.arch): Either<string, OciImage> => {
  const program = pauseBinary(architecture)
  if (!program) return E.left(`no pause program for ${architecture}`)
  return E.right(ociImage(new Map([['pause', file(program, 0o755)]]), { Entrypoint: ['/pause'], User: '65535:65535' }))
}

/** An archive that holds it under this reference, for `ctr images import`. */
export const pauseArchive = (reference = 'localhost/pause:1'): Either<string, Buffer> =>
  E.map((image: OciImage) => layoutArchive(new Map([[reference, image]])))(pauseImage())
