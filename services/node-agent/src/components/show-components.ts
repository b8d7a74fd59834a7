import type { Pod } from '@periplus/kinds'
import type { Origin } from '@periplus/log'
import { podsOnNode } from '@periplus/projection'
import type { Change } from '@periplus/projection'
import { containedLater, reporter } from '../contained.ts'
import type { NodeContext } from '../pods/context.ts'
import type { PodRecord } from '../pods/pod-record.ts'
import { hopelessMilliseconds } from '../pods/write-status.ts'
import { passLoop } from '../pods/pass-loop.ts'
import { originOf } from '../pods/telling.ts'
import type { StaticPods } from '../static/manifest-folder.ts'
import { isMirrorPod } from '../static/mirror.ts'
import { staticPod } from '../static/static-pod.ts'
import { componentNamespace, componentPod } from './component.ts'
import type { Component, Components } from './component.ts'
import { componentStatus } from './component-status.ts'

/** The parts of the cluster on this machine, as mirror pods show them. */
export interface ShownComponents {
  /** A mirror of this name is that of a component, and not of a pod. */
  shows(mirror: Pod): boolean
  /** Something has become of such a mirror. */
  heard(change: Change): void
  /** What a mirror of this uid shows. */
  shownBy(mirrorUid: string): Component | undefined
  close(): void
}

export const noShownComponents: ShownComponents = {
  shows: () => false,
  heard: () => undefined,
  shownBy: () => undefined,
  close: () => undefined,
}

interface Shown {
  readonly pod: Pod
  readonly record: PodRecord
  origin: Origin
  isWriting: boolean
}

/**
 * Shows each part of the cluster by a mirror pod, made anew where it is missing. Of what is told no more the mirror is left to whoever
 * removes those that show nothing. A static pod of the same name is shown in its place.
 */
export const showComponents = (node: NodeContext, components: Components, statics: StaticPods): ShownComponents => {
  const { nodeName, hostIps } = node.settings
  const report = reporter(node.log, 'the parts of the cluster')
  const shown = new Map<string, Shown>()

  const isTaken = (name: string): boolean =>
    statics.pods.some(({ metadata }) => metadata?.namespace === componentNamespace && metadata.name === name)
  const nameOf = (component: Component): string => `${component.name}-${nodeName}`
  const of = (name: string | undefined): Component | undefined =>
    components.all.find(component => nameOf(component) === name && !isTaken(nameOf(component)))

  const shownAs = (component: Component): Shown => {
    const pod = componentPod(component, nodeName)
    const known = shown.get(component.name)
    if (known && known.pod.metadata?.uid === pod.metadata?.uid) return known
    const wanted: StaticPods = { pods: [pod], listen: () => undefined }
    const made = {
      ...{ pod, record: staticPod(node, wanted, pod), isWriting: false },
      origin: originOf(nodeName, pod.metadata?.uid ?? ''),
    }
    shown.set(component.name, made)
    return made
  }
  const show = (component: Component): void => {
    const mirror = shownAs(component)
    if (mirror.isWriting) return
    const pod = mirror.record.read() ?? mirror.pod
    const status = componentStatus(pod, component, hostIps, node.clock.now())
    if (mirror.record.shows(status)) return
    mirror.isWriting = true
    const write = () => mirror.record.write(pod, status, mirror.origin)
    void containedLater<number | undefined>(report, hopelessMilliseconds, write).then(again => {
      mirror.isWriting = false
      if (again === undefined) loop.wake()
      else node.clock.after(again, loop.wake)
    })
  }
  const pass = (): undefined => {
    for (const component of components.all) if (!isTaken(nameOf(component))) show(component)
  }
  const loop = passLoop({ clock: node.clock, pass, threw: report })
  const unlisten = components.listen(loop.wake)
  loop.wake()

  return {
    shows: ({ metadata }) => metadata?.namespace === componentNamespace && of(metadata.name) !== undefined,
    heard: change => {
      const component = of(change.event.ref.name)
      if (component) {
        const { sequence, origin } = change.event
        const mirror = shownAs(component)
        mirror.origin = { ...mirror.origin, causes: [sequence], correlationId: origin.correlationId }
      }
      loop.wake()
    },
    shownBy: mirrorUid => {
      const mirror = node.cut.by(podsOnNode, nodeName).find(({ metadata }) => metadata?.uid === mirrorUid)
      return mirror && isMirrorPod(mirror) && mirror.metadata?.namespace === componentNamespace
        ? of(mirror.metadata.name)
        : undefined
    },
    close: () => {
      unlisten()
      loop.close()
    },
  }
}
