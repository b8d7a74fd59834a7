import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Refusal } from '@periplus/api'
import type { Answer } from './call.ts'
import type { Reply } from './reply.ts'
import type { Writing } from './respond.ts'

const everything = async (reply: Extract<Reply, { tag: 'Bytes' | 'Pieces' }>): Promise<Buffer> => {
  if (reply.tag === 'Bytes') return Buffer.concat(reply.parts)
  const parts: Uint8Array[] = []
  for await (const piece of reply.pieces) parts.push(piece)
  return Buffer.concat(parts)
}

const pieceBytes = 256 * 1024

async function* cut(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

/** JSON that is written already, in the form in which people want it, which `write` makes; every other answer as it is. */
export const forPeople = async (
  answer: Answer,
  { encoding, pretty }: Writing,
  write: (form: 'yaml' | 'pretty', json: Uint8Array) => Promise<Either<Refusal, Uint8Array>>,
): Promise<Answer> => {
  if (E.isLeft(answer) || !answer.right || (encoding !== 'yaml' && !pretty)) return answer
  const reply = answer.right
  if ((reply.tag !== 'Bytes' && reply.tag !== 'Pieces') || reply.contentType !== 'application/json') return answer
  const written = await write(encoding === 'yaml' ? 'yaml' : 'pretty', await everything(reply))
  if (E.isLeft(written)) return written
  const shared = {
    contentType: encoding === 'yaml' ? 'application/yaml' : 'application/json',
    ...(reply.headers ? { headers: reply.headers } : {}),
  }
  return E.right(
    reply.tag === 'Pieces'
      ? { ...shared, tag: 'Pieces', pieces: cut(written.right) }
      : { ...shared, tag: 'Bytes', code: reply.code, parts: [written.right] },
  )
}
