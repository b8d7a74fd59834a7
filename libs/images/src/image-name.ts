import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'

/** An image reference in full: `nginx` is `docker.io/library/nginx:latest`. */
export interface ImageName {
  readonly registry: string
  readonly repository: string
  /** `latest` when neither tag nor digest is given. */
  readonly tag: string | undefined
  readonly digest: string | undefined
}

const component = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const host = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])'
const registryPattern = new RegExp(`^(?:${host}(?:\\.${host})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?$`)
const repositoryPattern = new RegExp(`^${component}(?:/${component})*$`)
const tagPattern = /^\w[\w.-]{0,127}$/
const digestPattern = /^[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}$/

/** Reads a reference by the grammar of distribution/reference; the refusal is the text that kubelet shows. */
export const parseImageName = (image: string): Either<string, ImageName> => {
  const refuse = (why: string) =>
    E.left(
      `Failed to apply default image tag ${JSON.stringify(image)}: couldn't parse image name ${JSON.stringify(image)}: ${why}`,
    )
  if (/^[a-f0-9]{64}$/.test(image))
    return refuse(`invalid repository name (${image}), cannot specify 64-byte hexadecimal strings`)
  const [named = '', digest] = splitLast(image, '@')
  const slash = named.indexOf('/')
  const first = named.slice(0, slash)
  const isRegistry = slash > 0 && (/[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase())
  const registry = isRegistry ? first : 'docker.io'
  const [path = '', tag] = splitLast(isRegistry ? named.slice(slash + 1) : named, ':')
  const repository = registry === 'docker.io' && path !== '' && !path.includes('/') ? `library/${path}` : path
  if (repository !== repository.toLowerCase())
    return refuse(`invalid reference format: repository name (${repository}) must be lowercase`)
  const valid =
    registryPattern.test(registry) &&
    repositoryPattern.test(repository) &&
    (tag === undefined || tagPattern.test(tag)) &&
    (digest === undefined || digestPattern.test(digest))
  if (!valid) return refuse('invalid reference format')
  return E.right({ registry, repository, tag: tag ?? (digest === undefined ? 'latest' : undefined), digest })
}

const splitLast = (text: string, separator: string): [string, string | undefined] => {
  const at = text.lastIndexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}
