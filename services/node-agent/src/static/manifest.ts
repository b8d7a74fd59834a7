import { createHash } from 'node:crypto'
import { applyDefaults, decodeValue, statusOf } from '@periplus/api'
import { Pod } from '@periplus/kinds'
import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { parse } from 'yaml'

/** Where a pod of a node comes from, if not from the API. */
export const sourceAnnotation = 'kubernetes.io/config.source'
/** The same of every reading of the same file, and of nothing else. */
export const hashAnnotation = 'kubernetes.io/config.hash'

/** The node runs it of its own accord. An object of the API, which has a version, may only say so of itself. */
export const isStaticPod = ({ metadata }: Pod): boolean =>
  metadata?.resourceVersion === undefined && metadata?.annotations?.[sourceAnnotation] === 'file'

/**
 * The pod that a file (JSON or YAML) asks this node to run, complete as the write path would have it: `<name>-<node>`, in
 * `default` where it names no namespace, with a uid that is the content's. It stays whatever the node's taints say. The refusal
 * is one line for a person.
 */
export const podOfManifest = (text: string, path: string, nodeName: string): Either<string, Pod> => {
  const value = parsed(text)
  if (E.isLeft(value)) return value
  const decoded = decodeValue(Pod, value.right, { fieldValidation: 'Strict' })
  if (E.isLeft(decoded)) return E.left(statusOf(decoded.left).message ?? decoded.left.tag)
  const pod = completed(
    ofNode(decoded.right.object, createHash('md5').update(`${nodeName}\n${path}\n${text}`).digest('hex'), nodeName),
  )
  const [error] = Pod.validate?.(pod) ?? []
  return error === undefined ? E.right(pod) : E.left(`${error.field}: ${error.message}`)
}

const parsed = (text: string): Either<string, unknown> => {
  try {
    return E.right(parse(text))
  } catch (error) {
    return E.left(error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error))
  }
}

const ofNode = ({ metadata, spec, ...rest }: Pod, hash: string, nodeName: string): Pod => ({
  apiVersion: rest.apiVersion,
  kind: rest.kind,
  metadata: {
    ...metadata,
    name: `${metadata?.name ?? ''}-${nodeName}`,
    namespace: metadata?.namespace || 'default',
    uid: hash,
    annotations: { ...metadata?.annotations, [sourceAnnotation]: 'file', [hashAnnotation]: hash },
  },
  spec: {
    ...(spec ?? { containers: [] }),
    nodeName,
    tolerations: [...(spec?.tolerations ?? []), { operator: 'Exists', effect: 'NoExecute' }],
  },
})

const completed = (pod: Pod): Pod => {
  const complete = applyDefaults(Pod.schema, pod)
  return Pod.defaults?.(complete) ?? complete
}
