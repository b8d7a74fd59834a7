import { E } from '@periplus/prelude'
import { badRequest, objectNotFound } from '@periplus/api'
import type { KubernetesObject } from '@periplus/api'
import { placedAt, scaleOf } from '@periplus/commands'
import type { Command } from '@periplus/commands'
import { scaleColumns } from '@periplus/kinds'
import type { Clock } from '@periplus/prelude'
import type { Answer } from '../http/call.ts'
import { objectBytes } from '../http/reply.ts'
import { includeObjectOf } from '../read/include-object.ts'
import { prepare } from '../read/prepare.ts'
import type { ConversionDeps } from '../read/prepare.ts'
import { objectIn } from '../read/representation.ts'
import { showObject } from '../read/show.ts'
import { clockFor, viewFor } from '../read/view.ts'
import type { ViewDeps } from '../read/view.ts'
import type { ResourceCall } from '../resources/resource-call.ts'
import { scaleBody } from '../write/bodies.ts'
import { carryOut } from '../write/carry-out.ts'
import type { WriteDeps } from '../write/deps.ts'
import { readPatch } from '../write/patch.ts'
import { readBodyOf } from '../write/read-object.ts'
import { parseWriteOptions } from '../write/write-options.ts'

const asScale = { columns: scaleColumns, schema: scaleBody.schema }

const shown = ({ clock }: { readonly clock: Clock }, asked: ResourceCall, object: KubernetesObject): Answer => {
  const scale = scaleOf(asked.kind, object)
  if (!scale) return E.left(badRequest(`${asked.kind.resource} do not scale`))
  const include = includeObjectOf(asked.call.query)
  if (E.isLeft(include)) return include
  const tabling = { include: include.right, now: clockFor(asked.call, clock) }
  return E.right(objectBytes(asked.accepted.encoding, showObject(asScale, scale, asked.accepted, tabling)))
}

export const getScale = async (
  deps: ViewDeps & ConversionDeps & { readonly clock: Clock },
  asked: ResourceCall,
): Promise<Answer> => {
  const { call, ref, kind } = asked
  const view = await viewFor(deps, call, undefined)
  if (E.isLeft(view)) return view
  const entry = view.right.cut.entry(ref)
  if (!entry) return E.left(objectNotFound(kind, ref.name))
  const ready = await prepare(deps, kind, [entry])
  return E.isLeft(ready) ? ready : shown(deps, asked, objectIn(kind, entry))
}

const answered = async (deps: WriteDeps, asked: ResourceCall, command: Command): Promise<Answer> => {
  const outcome = await carryOut(deps, asked.call, command)
  return E.isLeft(outcome) ? outcome : shown(deps, asked, outcome.right.object)
}

export const putScale = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, ref, kind } = asked
  const options = parseWriteOptions(call.query, 'UpdateOptions')
  if (E.isLeft(options)) return options
  const scale = await readBodyOf<KubernetesObject>(call, scaleBody, options.right)
  if (E.isLeft(scale)) return scale
  const named = placedAt(ref, scale.right)
  if (E.isLeft(named)) return named
  const { dryRun } = options.right
  return answered(deps, asked, { verb: 'update', kind, object: named.right, subresource: 'scale', dryRun })
}

export const patchScale = async (deps: WriteDeps, asked: ResourceCall): Promise<Answer> => {
  const { call, ref, kind } = asked
  const options = parseWriteOptions(call.query, 'PatchOptions')
  if (E.isLeft(options)) return options
  const patch = await readPatch(call, scaleBody, options.right.fieldValidation)
  if (E.isLeft(patch)) return patch
  const { dryRun, fieldValidation } = options.right
  return answered(deps, asked, {
    verb: 'patch',
    kind,
    ref,
    patch: { ...patch.right, strict: fieldValidation === 'Strict' },
    subresource: 'scale',
    dryRun,
  })
}
