import { typeWarnings } from '@periplus/cel'
import type { Controller, Decision, Key } from '@periplus/controller'
import type { KindsAt } from '@periplus/custom'
import { ValidatingAdmissionPolicy, kindOfParams } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'
import { writeStatus } from '../status/write-status.ts'
import { kindsMet } from './kinds-met.ts'

const decide = (kindsAt: KindsAt, cut: Cut, { name }: Key): Decision => {
  const policy = cut.get(ValidatingAdmissionPolicy, '', name)
  if (!policy) return { commands: [], why: 'it is gone' }
  const { metadata, spec = {}, status } = policy
  const { generation = 0 } = metadata
  if (generation <= (status?.observedGeneration ?? 0))
    return { commands: [], why: `its generation ${generation} is checked` }
  const kinds = kindsAt(cut)
  const met = kindsMet(spec, kinds)
  const params = spec.paramKind && kindOfParams(spec.paramKind, kinds)
  const warnings = typeWarnings(spec, met, params?.schema)
  const typeChecking = warnings.length === 0 ? {} : { expressionWarnings: warnings }
  const write = writeStatus(ValidatingAdmissionPolicy, policy, {
    ...status,
    observedGeneration: generation,
    typeChecking,
  })
  return {
    commands: write ? [write] : [],
    why: `of its expressions ${warnings.length} do not fit the ${met.length} kinds that it names`,
  }
}

/**
 * Tells in the status of validating policies what is wrong with their expressions, given the types of what they will look at. Once for
 * each generation, as in Kubernetes: a kind that comes later is not looked at again.
 */
export const validatingPolicyStatusController = (kindsAt: KindsAt): Controller => ({
  name: 'validatingadmissionpolicystatus',
  version: 1,
  primary: ValidatingAdmissionPolicy,
  watches: [],
  decide: (cut, key) => decide(kindsAt, cut, key),
})
