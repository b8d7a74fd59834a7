import { isTolerated, matchesNodeAffinity, schedulingEffects, untoleratedTaint } from '@periplus/kinds'
import type { Taint } from '@periplus/kinds'
import { unresolvable } from '../plugin.ts'
import type { Filter } from '../plugin.ts'

const unschedulable: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** A cordoned node takes only pods that tolerate it. */
export const nodeUnschedulable: Filter = {
  name: 'NodeUnschedulable',
  alone: true,
  prepare: ({ pod }) => {
    const tolerated = isTolerated(pod.spec?.tolerations, unschedulable)
    return tolerated
      ? undefined
      : ({ node }) => (node.spec?.unschedulable ? unresolvable('node(s) were unschedulable') : undefined)
  },
}

export const nodeName: Filter = {
  name: 'NodeName',
  alone: true,
  prepare: ({ pod }) => {
    const wanted = pod.spec?.nodeName
    return wanted
      ? ({ name }) => (name === wanted ? undefined : unresolvable("node(s) didn't match the requested node name"))
      : undefined
  },
}

export const taintToleration: Filter = {
  name: 'TaintToleration',
  alone: true,
  prepare:
    ({ pod }) =>
    ({ node }) => {
      const taint = untoleratedTaint(pod.spec?.tolerations, node.spec?.taints, schedulingEffects)
      return taint && unresolvable(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`)
    },
}

export const nodeAffinity: Filter = {
  name: 'NodeAffinity',
  alone: true,
  prepare: ({ pod }) =>
    pod.spec?.nodeSelector || pod.spec?.affinity?.nodeAffinity
      ? ({ node }) =>
          matchesNodeAffinity(pod, node) ? undefined : unresolvable("node(s) didn't match Pod's node affinity/selector")
      : undefined,
}
