import { E } from '@periplus/prelude'
import type { Either } from '@periplus/prelude'
import { badRequest } from '@periplus/api'
import { inNamespace } from '@periplus/commands'
import type { Kind, KubernetesObject, Refusal, Status } from '@periplus/api'
import { Binding, Pod, Status as StatusSchema } from '@periplus/kinds'
import type { Answer, Call } from '../http/call.ts'
import { answered } from '../http/reply.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { carryOut } from '../write/carry-out.ts'
import type { WriteDeps } from '../write/deps.ts'
import { readBodyOf } from '../write/read-object.ts'
import { parseWriteOptions } from '../write/write-options.ts'

const done: Pick<Status, 'kind' | 'apiVersion' | 'metadata' | 'status' | 'code'> = {
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
}

const bind = async (
  deps: WriteDeps,
  call: Call,
  binding: Either<Refusal, KubernetesObject>,
  dryRun: boolean,
): Promise<Answer> => {
  if (E.isLeft(binding)) return binding
  if (!binding.right.metadata?.name) return E.left(badRequest('metadata.name of a binding names the pod'))
  const kind: Kind = Pod
  const outcome = await carryOut(deps, call, {
    verb: 'update',
    kind,
    object: binding.right,
    subresource: 'binding',
    dryRun,
  })
  return E.isLeft(outcome) ? outcome : E.right(answered(201, done, StatusSchema))
}

/** `POST pods/<name>/binding`: what a scheduler says. */
export const bindPod = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, ref } = asked
  const options = parseWriteOptions(call.query, 'CreateOptions')
  if (E.isLeft(options)) return options
  const binding = await readBodyOf(call, Binding, options.right)
  if (E.isLeft(binding)) return binding
  if (binding.right.metadata?.name !== ref.name)
    return E.left(badRequest('name in URL does not match name in Binding object'))
  return bind(deps, call, inNamespace(ref, binding.right), options.right.dryRun)
}

/** `POST bindings`, the older way, where the body alone names the pod. */
export const createBinding = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, ref } = asked
  const options = parseWriteOptions(call.query, 'CreateOptions')
  if (E.isLeft(options)) return options
  const binding = await readBodyOf(call, Binding, options.right)
  if (E.isLeft(binding)) return binding
  return bind(deps, call, inNamespace(ref, binding.right), options.right.dryRun)
}
