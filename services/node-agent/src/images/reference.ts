import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** An image reference in its parts, as the distribution project's grammar has them. */
export interface ImageReference {
  /** Host that serves it; `docker.io` where none is named. */
  readonly registry: string
  readonly repository: string
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const path = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/
const tagForm = /^[\w][\w.-]{0,127}$/
const digestForm = /^[A-Za-z][A-Za-z0-9]*(?:[+.\-_][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** Reads an image name; the refusal is the parser's text. */
export const parseImage = (image: string): Either<string, ImageReference> => {
  const [named = '', digest, ...rest] = image.split('@')
  const colon = named.lastIndexOf(':')
  const tagged = colon > named.lastIndexOf('/')
  const name = tagged ? named.slice(0, colon) : named
  const tag = tagged ? named.slice(colon + 1) : undefined
  const [first = '', ...others] = name.split('/')
  const hosted = others.length > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const registry = hosted ? first : 'docker.io'
  const repository = hosted ? others.join('/') : name
  const lower = repository.toLowerCase()
  if (repository !== lower && path.test(lower))
    return E.left('invalid reference format: repository name must be lowercase')
  const wrong =
    rest.length > 0 ||
    !path.test(repository) ||
    (tag !== undefined && !tagForm.test(tag)) ||
    (digest !== undefined && !digestForm.test(digest))
  return wrong ? E.left('invalid reference format') : E.right({ registry, repository, tag, digest })
}

/** The image with `:latest` where neither a tag nor a digest is named. */
export const withDefaultTag = (image: string, parsed: ImageReference): string =>
  parsed.tag === undefined && parsed.digest === undefined ? `${image}:latest` : image
