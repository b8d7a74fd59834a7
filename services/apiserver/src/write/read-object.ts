import { parse } from 'yaml'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import type { Kind, KubernetesObject, Refusal, Schema } from '@periplus/api'
import type { Call } from '../http/call.ts'
import { headerOf } from '../http/exchange.ts'
import { mediaTypeOf } from '../request/media-type.ts'
import type { FieldValidation } from './write-options.ts'

export const readObject = async (
  call: Call,
  kind: Kind,
  _validation: FieldValidation,
): Promise<Either<Refusal, KubernetesObject>> => readBodyOf(call, kind.schema, kind.kind)

export const readBodyOf = async <A>(
  call: Call,
  _schema: Schema<A>,
  _name: string,
  _validation: FieldValidation = 'Ignore',
): Promise<Either<Refusal, A>> => {
  const body = await call.body()
  if (E.isLeft(body)) return body
  const text = Buffer.from(body.right).toString()
  try {
    const type = mediaTypeOf(headerOf(call.request, 'content-type'))
    return E.right((type === 'application/yaml' ? parse(text) : JSON.parse(text)) as A)
  } catch (error) {
    return E.left({ tag: 'BadRequest', message: String(error) })
  }
}
