import type { Stored } from '@periplus/api'
import { Ingress, IngressClass, ingressClassOf, ownIngress } from '@periplus/kinds'
import type { Cut } from '@periplus/projection'

const ageOf = ({ metadata }: Stored<Ingress>): string => metadata.creationTimestamp ?? ''

/** Those whose class is ours to serve, oldest first: who came first keeps what he has. */
export const ownIngresses = (cut: Pick<Cut, 'list'>): readonly Stored<Ingress>[] => {
  const ours = new Set(
    cut
      .list(IngressClass)
      .flatMap(({ metadata, spec }) => (spec?.controller === ownIngress.controller ? metadata.name : [])),
  )
  return cut
    .list(Ingress)
    .filter(ingress => ours.has(ingressClassOf(ingress) ?? '') && ingress.metadata.deletionTimestamp === undefined)
    .toSorted((one, other) => (ageOf(one) < ageOf(other) ? -1 : ageOf(one) > ageOf(other) ? 1 : 0))
}
