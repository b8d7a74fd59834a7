import { isIPv4 } from 'node:net'
import { isTerminalPhase } from '@periplus/kinds'
import type { Namespace, Pod } from '@periplus/kinds'
import { labelSelectorAsSelector } from '@periplus/api'
import type { LabelSelectorLike } from '@periplus/api'
import { E } from '@periplus/prelude'

/** A pod as network policies see it. Pods of a host's own network are that host, and no policy is about them. */
export interface PolicedPod {
  readonly namespace: string
  readonly labels: Readonly<Record<string, string>>
  readonly ip: string
  readonly nodeName: string
  /** Its containers' ports by name and protocol. */
  readonly ports: readonly { readonly name: string; readonly protocol: string; readonly port: number }[]
}

/** Addresses of pods by uid that are newer than what the log has. */
export type EarlyAddresses = ReadonlyMap<string, string>

export const policedPods = (pods: readonly Pod[], early: EarlyAddresses): readonly PolicedPod[] =>
  pods.flatMap(({ metadata, spec, status }) => {
    const ip = early.get(metadata?.uid ?? '') ?? status?.podIP ?? ''
    if (spec?.hostNetwork || isTerminalPhase(status?.phase) || !isIPv4(ip)) return []
    const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])]
    return [
      {
        namespace: metadata?.namespace ?? '',
        labels: metadata?.labels ?? {},
        ip,
        nodeName: spec?.nodeName ?? '',
        ports: containers
          .flatMap(({ ports }) => ports ?? [])
          .flatMap(({ name, protocol = 'TCP', containerPort }) =>
            name === undefined ? [] : [{ name, protocol, port: containerPort }],
          ),
      },
    ]
  })

/** Those of some pods that selectors choose; each pair of selectors is gone through once. */
export const podChooser = (pods: readonly PolicedPod[], namespaces: readonly Namespace[]) => {
  const labelsOf = new Map(namespaces.map(({ metadata }) => [metadata?.name, metadata?.labels]))
  const byNamespace = new Map<string, PolicedPod[]>()
  for (const pod of pods) {
    const others = byNamespace.get(pod.namespace)
    if (others) others.push(pod)
    else byNamespace.set(pod.namespace, [pod])
  }
  const matches = (selector: LabelSelectorLike, labels: Readonly<Record<string, string>> | undefined): boolean => {
    const compiled = labelSelectorAsSelector(selector)
    return E.isRight(compiled) && compiled.right.matches(labels)
  }
  return {
    inNamespace: (namespace: string, selector: LabelSelectorLike): readonly PolicedPod[] =>
      (byNamespace.get(namespace) ?? []).filter(({ labels }) => matches(selector, labels)),
    inNamespaces: (namespaceSelector: LabelSelectorLike, selector: LabelSelectorLike): readonly PolicedPod[] =>
      [...byNamespace].flatMap(([namespace, some]) =>
        matches(namespaceSelector, labelsOf.get(namespace))
          ? some.filter(({ labels }) => matches(selector, labels))
          : [],
      ),
  }
}

export type PodChooser = ReturnType<typeof podChooser>
