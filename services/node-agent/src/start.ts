import { setMaxListeners } from 'node:events'
import { realpathSync } from 'node:fs'
import { dirname } from 'node:path'
import { podClaims } from '@periplus/kinds'
import type { Pod } from '@periplus/kinds'
import type { RunningEffect } from '@periplus/controller'
import { E, containedClock, systemClock } from '@periplus/prelude'
import { logger, metrics } from '@periplus/service'
import type { Origin } from '@periplus/log'
import type { RunningService } from '@periplus/service'
import type { NodeAgentConfig } from './config.ts'
import { contained, containedLater, reporter } from './contained.ts'
import { startCsi } from './csi/start-csi.ts'
import { noShownComponents, showComponents } from './components/show-components.ts'
import { shareMounts } from './volumes/mounting.ts'
import { volumesInUse } from './volumes/in-use.ts'
import { hasClaim, hasDriver } from './volumes/pod-storage.ts'
import { localPathVolumes } from './volumes/local-path.ts'
import { usualPolicy } from './eviction/policy.ts'
import { pressureState } from './eviction/pressure-state.ts'
import { noSecrets, secretSource } from './volumes/secret-source.ts'
import { noTokens, tokenSource } from './volumes/token-source.ts'
import { layout } from './files/layout.ts'
import { serveStreams } from './streams/serve-streams.ts'
import { nodeFigures } from './summary/node-figures.ts'
import { recentSamples } from './metrics/recent-samples.ts'
import { nodeLogs } from './node-logs/node-logs.ts'
import { heartbeat } from './node/heartbeat.ts'
import { hollowMachine, thisMachine } from './node/machine.ts'
import { registration } from './node/registration.ts'
import { podFeed } from './pods/pod-feed.ts'
import { podManager } from './pods/pod-manager.ts'
import { beginMachineWork } from './machine-work.ts'
import { nodeContext } from './node-context.ts'
import type { Later } from './node-context.ts'
import { staticPodsOf } from './static/manifest-folder.ts'
import { shutdownState } from './shutdown/shutdown-state.ts'
import { runtimeView } from './runtime/view.ts'
import { settingsOf } from './settings-of.ts'

/** A node agent at work. Stopping it leaves its pods running: the next one finds them again. */
export interface RunningNodeAgent extends RunningService {
  /** Nothing is under way and nothing waits to be planned; for tests and simulations. */
  readonly idle: boolean
}

/** Kubernetes' version whose kubelet this agent behaves as. */
const kubernetesVersion = 'v1.35.0'
const relistMilliseconds = 10_000

/** Registers the node, takes up the pods that it finds, and keeps them as the log says. Resolves when the node is registered. */
export const start = async (config: NodeAgentConfig): Promise<RunningNodeAgent> => {
  const { cut, commands, runtime, nodeName } = config
  const log = config.log ?? logger(`node-agent/${nodeName}`)
  // A timer that throws costs nobody but whom it is about.
  const clock = containedClock(config.clock ?? systemClock, reporter(log, 'a timer'))
  const stopping = new AbortController()
  const { signal } = stopping
  // Everything of the node listens to it: a listener a followed log, and more.
  setMaxListeners(0, signal)
  const hollow = runtime.name === 'hollow'
  const machine = config.machine ?? (hollow ? hollowMachine() : thisMachine(config.rootDirectory))
  const facts = await machine.facts()
  const measured = metrics()
  const later: Later = {}
  let removal: RunningEffect | undefined
  const ownOrigin: Origin = {
    actor: `node:${nodeName}`,
    component: 'node-agent',
    causes: [],
    correlationId: `node/${nodeName}`,
  }

  const settings = settingsOf(config, facts)
  const changed = (uid: string): void => {
    later.manager?.wake(uid)
    contained(reporter(log, `the logs of pod ${uid}`), () => later.shipping?.look(uid))
  }
  const view = runtimeView({
    runtime,
    clock,
    signal,
    relistEvery: relistMilliseconds,
    changed,
  })
  const eviction = { ...usualPolicy, ...config.eviction }
  const pressure = pressureState(eviction)
  const shutdown = shutdownState()
  const samples = recentSamples()
  const places = layout(hollow ? config.rootDirectory : realpathSync(config.rootDirectory))
  const inUse = volumesInUse({ nodeName, cut, commands, origin: ownOrigin })
  const tokens = tokenSource(config.requestToken ?? noTokens, clock)
  const secrets = secretSource(cut, config.readSecret ?? noSecrets)
  const csi = hollow
    ? undefined
    : await startCsi({
        ...{ places, nodeName, cut, commands, clock, signal, tokens, secrets, inUse, log },
        ...(config.csiLimits ? { limits: config.csiLimits } : {}),
        origin: ownOrigin,
      })
  if (csi && config.sharesMounts === true) {
    const shared = await shareMounts(dirname(places.pods))
    if (E.isLeft(shared)) log.warn('what storage drivers mount is not seen by pods', { why: shared.left })
  }
  const localPath = localPathVolumes({
    root: places.localVolumes,
    nodeName,
    inUse,
    isUsed: ({ spec }) => later.manager?.pods.some(pod => hasClaim(pod, spec?.claimRef)) ?? true,
  })
  const node = nodeContext(config, {
    ...{ hollow, settings, clock, view, log, tokens, secrets, localPath, pressure, shutdown, later, signal },
    ...(csi ? { csi } : {}),
    origin: ownOrigin,
  })
  const registered = registration(node, {
    machine,
    version: config.version ?? kubernetesVersion,
    podCidr: config.podCidr,
    registers: config.registers ?? true,
    labels: config.labels ?? {},
    taints: config.taints,
    services: config.services,
    localVolumes: places.localVolumes,
    seen: status => (later.runtimeStatus = status),
  })
  await registered.first()
  const loops = [heartbeat(node), registered.keep()]
  await view.refresh()
  const refused = (path: string, why: string): void => log.error('a file is no pod', { path, why })
  const statics = await staticPodsOf(config.manifestDirectory, { nodeName, clock, signal, refused })
  const components = config.components ? showComponents(node, config.components, statics) : noShownComponents
  const gone = (pod: Pod): void => {
    if (podClaims(pod).length > 0) void removal?.renew()
  }
  const ran = podManager(node, config.feed ?? podFeed(cut), statics, gone, components)
  const unheard = config.components?.listen(ran.componentsChanged)
  later.manager = ran
  const { rootDirectory, imageDirectory = rootDirectory } = config
  const served =
    config.bus &&
    serveStreams(config.bus, node, ran, {
      ...{ components, serviceLog: config.serviceLog },
      metrics: () => measured.text(),
      ...(hollow
        ? {}
        : {
            logs: nodeLogs(config),
            figures: nodeFigures({ node, rootDirectory, imageDirectory, pods: () => ran.pods }, samples),
          }),
    })
  const sweep = (): Promise<void> =>
    node.disk.sweep(new Set([...view.uids(), ...ran.pods.flatMap(({ metadata }) => metadata?.uid ?? [])]))
  await sweep()
  csi?.begin(() => {
    ran.sourcesChanged(hasDriver)
    // What a driver brought to pods that are gone, it alone can take back.
    void containedLater(reporter(log, 'what is left of pods'), undefined, sweep)
  })
  if (!hollow) {
    const work = beginMachineWork(config, {
      ...{ node, machine, places, localPath, samples, measured, pressure, eviction, shutdown },
      pods: ran,
      origin: ownOrigin,
      changed: registered.soon,
    })
    removal = work.removal
    if (work.shipping) later.shipping = work.shipping
    loops.push(...work.loops)
  }

  return {
    name: `node-agent/${nodeName}`,
    get idle() {
      return ran.idle
    },
    stop: async () => {
      served?.close()
      ran.close()
      unheard?.()
      components.close()
      stopping.abort()
      await Promise.all(loops)
      await later.shipping?.settled()
      await node.events.settled()
    },
  }
}
